/**
 * A child must not outlive its parent. An idle one hears that the channel is closed; a busy one hears nothing, so a thread of
 * its own looks whether its parent is still there, and how much memory it takes.
 */

import { Worker as Thread } from 'node:worker_threads'
import { processLookMs } from '../limits.ts'
import { overLimit } from './process-terms.ts'

const { process } = globalThis // work may replace what is global where it runs

/** Ends this process by force when its parent is gone, or when it takes too much. */
export function watchOver(memoryLimit: number | undefined): void {
  const watch = `
    const { writeSync } = require('node:fs')
    const parent = ${process.ppid}
    const limit = ${memoryLimit === undefined ? 'Infinity' : memoryLimit * 1_048_576}
    setInterval(() => {
      let taken = 0
      try {
        taken = process.memoryUsage.rss()
      } catch {} // too many open files: it is asked again soon
      if (taken > limit) writeSync(2, ${JSON.stringify(`${overLimit}\n`)})
      if (taken > limit || process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
    }, ${processLookMs})`
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 }
  new Thread(watch, { eval: true, execArgv: [], resourceLimits }).unref()
}
