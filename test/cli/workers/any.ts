/** Does what the instruction says: what tests need, in one worker. */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const appears = (path: string, signal: AbortSignal, stubborn: boolean) =>
  new Promise<void>((resolve, reject) => {
    const timer = setInterval(() => {
      if (signal.aborted && !stubborn) {
        clearInterval(timer)
        reject(signal.reason)
      } else if (existsSync(path)) {
        clearInterval(timer)
        resolve()
      }
    }, 5)
  })

const optional = <C extends t.Mixed>(type: C) => ({ type: t.union([type, t.undefined]), default: undefined })

export default defineWorker(import.meta, {
  name: 'any',
  attr: {
    n: optional(t.unknown),
    /** Lines to print. */
    print: optional(t.string),
    /** Notes to send. */
    notes: optional(t.array(t.unknown)),
    /** Works until this file is there. */
    until: optional(t.string),
    /** Goes on though it is asked to stop. */
    stubborn: optional(t.boolean),
    /** Milliseconds. */
    ms: optional(t.number),
    throws: optional(t.string),
    /** Throws in the first attempts. */
    failsTimes: optional(t.number),
    exits: optional(t.number),
    file: optional(t.string),
    /** Seconds in native code, where nobody can end it. */
    stuck: optional(t.number),
  },
  work: async ({ n, print, notes, until, stubborn, ms, throws, failsTimes, exits, stuck }, task) => {
    for (const note of notes ?? []) task.report(note)
    if (print !== undefined) process.stdout.write(print)
    // In a session of its own: a Ctrl-C is for us.
    if (stuck !== undefined) spawnSync('sleep', [`${stuck}`], { detached: true } as object)
    if (until !== undefined) await appears(until, task.signal, stubborn ?? false)
    if (ms !== undefined) await new Promise(resolve => setTimeout(resolve, ms))
    if (exits !== undefined && task.attempt <= (failsTimes ?? Infinity)) process.exit(exits)
    if (throws !== undefined && task.attempt <= (failsTimes ?? Infinity)) throw new Error(throws)
    return n ?? null
  },
})
