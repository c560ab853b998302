/** Says where it was done, and what it was granted there. */

import { setTimeout as sleep } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'place',
  attr: { file: { type: t.string, default: '' }, ms: { type: t.number, default: 0 } },
  work: async ({ file, ms }, task) => {
    await sleep(ms)
    return { file, pid: process.pid, resources: task.resources }
  },
})
