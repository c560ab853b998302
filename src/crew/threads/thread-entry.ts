/** The file that a thread of `threads()` starts with: loads definitions by URL, and connects. */

import { createRequire } from 'node:module'

import { findDefinition, loadWorker } from '../place/load-worker.ts'
import { withoutItsListeners } from '../place/thread-place.ts'
import { entryOf } from '../place/thread-side.ts'

const require = createRequire(import.meta.url)
const { expose } = withoutItsListeners(() => require('threads/worker') as typeof import('threads/worker'))

const entry = entryOf(async refs => {
  const found = []
  for (const { name, url } of refs) found.push(findDefinition(await loadWorker(url), name, url))
  return found
})

expose(entry)
