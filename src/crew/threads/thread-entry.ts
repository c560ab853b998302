/** The file that a thread of `threads()` starts with: loads definitions by URL, and connects. */

import { createRequire } from 'node:module'

import { loadDefinitions } from '../place/load-worker.ts'
import { entryOf } from '../place/thread-side.ts'

const require = createRequire(import.meta.url)
const { expose } = withoutItsListeners(() => require('threads/worker') as typeof import('threads/worker'))

expose(entryOf(loadDefinitions))

/** Loads the package without what its import adds here: handlers that keep a thread alive whose error nobody caught. */
function withoutItsListeners<T>(load: () => T): T {
  const swallowed = ['uncaughtException', 'unhandledRejection'] as const
  const before = swallowed.map(name => process.rawListeners(name))
  const loaded = load()
  for (const [i, name] of swallowed.entries()) {
    for (const one of process.rawListeners(name)) {
      if (!before[i]?.includes(one)) process.off(name, one as () => void)
    }
  }
  return loaded
}
