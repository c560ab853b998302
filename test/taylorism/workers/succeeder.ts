/** Sleeps, then succeeds; with its binding if asked. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

import { sleep, sleeping } from './times.ts'

export default defineWorker(import.meta, {
  name: 'succeeder',
  priority: 'debug',
  attr: { ...sleeping, succeed: t.literal(true), bindTest: { type: t.boolean, default: false } },
  work: async ({ sleepingTime, bindTest }, task): Promise<(string | readonly number[])[]> => {
    await sleep(sleepingTime, task.signal)
    return bindTest ? ['Succeeded.', task.binding()] : ['Succeeded.']
  },
})
