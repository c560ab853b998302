/** Adds a value to the first element of a shared array: read, wait, write, so that only a lock makes it right. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const SharedBuffer = new t.Type<SharedArrayBuffer, SharedArrayBuffer, unknown>(
  'SharedArrayBuffer',
  (value): value is SharedArrayBuffer => value instanceof SharedArrayBuffer,
  (value, context) => (value instanceof SharedArrayBuffer ? t.success(value) : t.failure(value, context)),
  t.identity,
)

/** Word 0 is the lock, word 1 the sum. */
export default defineWorker(import.meta, {
  name: 'summer',
  attr: { value: t.Int, sharedSum: SharedBuffer, useLock: { type: t.boolean, default: false } },
  work: ({ value, sharedSum, useLock }) => {
    const words = new Int32Array(sharedSum)
    if (useLock) while (Atomics.compareExchange(words, 0, 0, 1) !== 0) Atomics.wait(words, 0, 1, 10)
    const before = words[1] as number
    const until = performance.now() + 2
    while (performance.now() < until);
    words[1] = before + value
    if (useLock) {
      Atomics.store(words, 0, 0)
      Atomics.notify(words, 0, 1)
    }
    return value
  },
})
