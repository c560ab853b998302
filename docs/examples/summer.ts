/** Adds a value to the first element of a shared array. With `useLock`, no addition is lost among many workers. */

import * as t from 'io-ts'

import { defineWorker, sharedArray } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'summer',
  info: 'Adds a value to a shared sum.',
  attr: {
    value: t.Int,
    sharedSum: { type: sharedArray('int32', 1), info: 'The sum is its first element.' },
    useLock: { type: t.boolean, default: true },
  },
  work: async ({ value, sharedSum, useLock }) => {
    const lock = useLock ? await sharedSum.lock() : undefined
    try {
      sharedSum.set(sharedSum.get(0) + value, 0)
    } finally {
      lock?.release()
    }
  },
})
