/**
 * The file that a child of `processes()` starts with: hears its terms, loads definitions by URL, and works.
 *
 * A child must not outlive its parent. An idle one hears that the channel is closed; a busy one hears nothing, so a thread
 * of its own looks whether its parent is still there, and how much memory it takes.
 */

import { Worker as Thread } from 'node:worker_threads'

import { findDefinition, loadWorker } from '../place/load-worker.ts'
import type { Port } from '../threads/port.ts'
import { entryOf } from '../threads/thread-side.ts'
import { type ChildTerms, overLimit } from './process-terms.ts'

const lookEveryMs = 200

const entry = entryOf(async refs => {
  const found = []
  for (const { name, url } of refs) found.push(findDefinition(await loadWorker(url), name, url))
  return found
})

const waiting: unknown[] = []
const port: Port = {
  postMessage: message => {
    // A parent that is gone needs no answer; a value that cannot be cloned throws here, as a port does.
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  },
  onmessage: null,
}

process.once('disconnect', () => process.exit(1))
process.once('message', (terms: ChildTerms) => {
  watchOver(terms.memoryLimit)
  // What comes before the definitions are loaded waits.
  let hear: Port['onmessage'] = null
  Object.defineProperty(port, 'onmessage', {
    get: () => hear,
    set: (handler: Port['onmessage']) => {
      hear = handler
      for (const data of waiting.splice(0)) handler?.({ data })
    },
  })
  process.on('message', data => {
    if (hear === null) waiting.push(data)
    else hear({ data })
  })
  entry.connect(port, undefined, terms)
})

/** Ends this process by force when its parent is gone, or when it takes too much. */
function watchOver(memoryLimit: number | undefined): void {
  const watch = `
    const { writeSync } = require('node:fs')
    const parent = ${process.ppid}
    const limit = ${memoryLimit === undefined ? 'Infinity' : memoryLimit * 1_048_576}
    setInterval(() => {
      const taken = process.memoryUsage.rss()
      if (taken > limit) writeSync(2, ${JSON.stringify(`${overLimit}\n`)})
      if (taken > limit || process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
    }, ${lookEveryMs})`
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 }
  new Thread(watch, { eval: true, execArgv: [], resourceLimits }).unref()
}
