/** The seed's Failer: sleeps, and throws. */

import { setTimeout } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker, extendFootprint } from '../../../src/worker-entry.ts'
import { sleeping } from './sleeper.ts'

class TestError extends Error {
  override readonly name = 'TestError'
}

export default defineWorker(import.meta, {
  name: 'failer',
  info: 'Sleeps, and fails.',
  attr: extendFootprint(sleeping, { succeed: { type: t.boolean, values: [false] } }),
  priority: 'debug',
  work: async ({ sleepingTime }, task) => {
    await setTimeout(sleepingTime * 1000, undefined, { signal: task.signal })
    throw new TestError('Failer: failed')
  },
})
