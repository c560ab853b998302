/** Adds a value to the first element of a shared array: read, wait, write, so that only a lock makes it right. */

import * as t from 'io-ts'

import { defineWorker, sharedArray } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'summer',
  attr: {
    value: t.Int,
    sharedSum: sharedArray('int32', 1),
    useLock: { type: t.boolean, default: false },
  },
  work: ({ value, sharedSum, useLock }) => {
    const lock = useLock ? sharedSum.lockSync() : undefined
    const before = sharedSum.get(0)
    const until = performance.now() + 2
    while (performance.now() < until);
    sharedSum.set(before + value, 0)
    lock?.release()
    return value
  },
})
