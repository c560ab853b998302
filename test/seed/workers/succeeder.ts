/** The seed's Succeeder: sleeps, and succeeds. */

import { setTimeout } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker, extendFootprint } from '../../../src/worker-entry.ts'
import { sleeping } from './sleeper.ts'

export default defineWorker(import.meta, {
  name: 'succeeder',
  info: 'Sleeps, and succeeds.',
  attr: extendFootprint(sleeping, {
    succeed: { type: t.boolean, values: [true] },
    bindTest: { type: t.boolean, default: false },
  }),
  priority: 'debug',
  work: async ({ sleepingTime, bindTest }, task) => {
    await setTimeout(sleepingTime * 1000, undefined, { signal: task.signal })
    return bindTest ? ['Succeeded.', task.binding()] : ['Succeeded.']
  },
})
