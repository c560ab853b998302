/**
 * The actor of the soak: writes down when it begins a message and when it has ended it, in a file, since that outlives whatever
 * kills its place. It dies where a message says so.
 */

import { appendFileSync } from 'node:fs'

import { defineActor } from '../../../src/entries/worker.ts'

export interface Deed {
  readonly n: number
  /** Where it is written down. */
  readonly log: string
  /** Milliseconds that it computes. */
  readonly busyMs: number
  /** Milliseconds that it then waits for. */
  readonly waitMs: number
  readonly dies: boolean
}

export default defineActor(import.meta, {
  name: 'witness',
  behaviour: () => {
    const ended = ({ n, log }: Deed) => {
      appendFileSync(log, `e${n}\n`)
      return n
    }
    return (deed: Deed): number | Promise<number> => {
      appendFileSync(deed.log, `b${deed.n}\n`)
      const until = performance.now() + deed.busyMs
      while (performance.now() < until);
      if (deed.dies) process.exit(3)
      if (deed.waitMs === 0) return ended(deed)
      return new Promise(resolve => setTimeout(() => resolve(ended(deed)), deed.waitMs))
    }
  },
})
