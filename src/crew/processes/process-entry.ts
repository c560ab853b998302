/**
 * The file that a child of `processes()` starts with: hears its terms, loads definitions by URL, and works.
 *
 * A child must not outlive its parent. An idle one hears that the channel is closed; a busy one hears nothing, so a thread
 * of its own looks whether its parent is still there, and how much memory it takes.
 */

import { loadDefinitions } from '../place/load-worker.ts'
import type { Port } from '../place/port.ts'
import { entryOf } from '../place/thread-side.ts'
import { cloneOverPipe, mustCross } from './clone-over-pipe.ts'
import { Recording } from './flight-recorder.ts'
import type { ChildTerms } from './process-terms.ts'
import { watchOver } from './watch-over.ts'

// Work may replace what is global, and what is on it.
const { Object, process } = globalThis
const send = process.send?.bind(process)

process.once('disconnect', () => process.exit(1))
process.once('message', (terms: ChildTerms) => {
  watchOver(terms.memoryLimit)
  const recording = terms.recorded ? new Recording() : undefined
  const port = portOf(recording)
  entryOf(loadDefinitions, {
    clone: cloneOverPipe,
    record: recording,
    setEnvironment,
  }).connect(port, undefined, terms)
  process.on('exit', () => port.leaveTheRest()) // behind the listener that says everything
})

/** What the variables held before that are set for the work at hand. */
const before = new Map<string, string | undefined>()

/** This process does one thing at a time, so what it starts finds its own part. */
function setEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  before.clear()
  for (const [name, value] of Object.entries(variables)) {
    before.set(name, process.env[name])
    process.env[name] = value
  }
}

/** The channel as a port. What it has not carried when this process exits is left with the recorder. */
function portOf(recording: Recording | undefined): Port & { leaveTheRest(): void } {
  const early: unknown[] = []
  const underWay = new Map<number, unknown>()
  let said = 0
  let exiting = false
  let hear: Port['onmessage'] = null
  process.on('message', data => {
    if (hear === null) early.push(data)
    else hear({ data })
  })
  return {
    postMessage: message => {
      const at = said
      if (exiting) recording?.leave(at, message)
      else if (process.connected) {
        mustCross(message)
        // A value that cannot be cloned throws here, as a port does. A parent that is gone needs no answer.
        send?.(message, undefined, undefined, () => underWay.delete(at))
        underWay.set(at, message)
      }
      said++
    },
    leaveTheRest: () => {
      exiting = true
      for (const [at, message] of underWay) recording?.leave(at, message)
    },
    // What comes before the definitions are loaded waits.
    get onmessage() {
      return hear
    },
    set onmessage(handler) {
      hear = handler
      for (const data of early.splice(0)) handler?.({ data })
    },
  }
}
