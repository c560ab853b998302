/** Whether the calling code runs inside a worker's work, in this very thread: only the inline crew makes that possible. */

import type { AsyncLocalStorage } from 'node:async_hooks'

/** Where there is no Node (a browser), only the synchronous part of the work is known. */
const storage: AsyncLocalStorage<true> | undefined = (() => {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks')
  return hooks && new hooks.AsyncLocalStorage<true>()
})()

let inside = false

/** Runs work so that `isInsideWork` is true in it, also after an `await`. */
export function runInside<A>(work: () => A): A {
  const outer = inside
  inside = true
  try {
    return storage === undefined ? work() : storage.run(true, work)
  } finally {
    inside = outer
  }
}

export const isInsideWork = (): boolean => inside || storage?.getStore() === true
