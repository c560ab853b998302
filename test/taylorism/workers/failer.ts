/** Sleeps, then throws. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

import { sleep, sleeping } from './times.ts'

class TestError extends Error {
  override readonly name = 'TestError'
}

export default defineWorker(import.meta, {
  name: 'failer',
  priority: 'debug',
  attr: { ...sleeping, succeed: t.literal(false) },
  work: async ({ sleepingTime }, task): Promise<never> => {
    await sleep(sleepingTime, task.signal)
    throw new TestError('Failer: failed')
  },
})
