/** A child process in which one life of an actor is lived. It has no memory to share: one message at a time is sent to it. */

import type { ChildProcess } from 'node:child_process'

import type { Place, Placeable, PlaceEvents } from '../../actor/actor-place.ts'
import { restoreError } from '../../words/error-data.ts'
import { isLastWords } from '../place/actor-words.ts'
import { refuseShared } from '../refuse-shared.ts'
import { overLimit } from './process-terms.ts'

/** What the child is told first. */
export interface ActorProcessTerms extends Placeable {
  /** As in the options of `processes()`. */
  readonly memoryLimit: number | undefined
}

/** @param start  starts a child with the file `actor-process-entry` */
export function actorProcess(
  start: () => ChildProcess,
  terms: ActorProcessTerms,
  events: PlaceEvents,
): Place {
  const child = start()
  let lastWords = ''
  let thrown: Error | undefined
  let over = false
  const exited = (reason: string) => {
    if (over) return
    over = true
    const why = lastWords.trim().slice(-400)
    const error = thrown ?? (why === '' ? undefined : new Error(why))
    events.exited({
      reason,
      outOfMemory: lastWords.includes(overLimit) || lastWords.includes('heap out of memory'),
      ...(error !== undefined && { error }),
    })
  }
  child.stdout?.on('data', (text: Buffer) => process.stdout.write(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-16_384)
    process.stderr.write(text)
  })
  child.on('message', (message: unknown) => {
    if (isLastWords(message)) thrown = restoreError(message.dying)
    else events.receive(message)
  })
  child.on('error', error => {
    if (child.pid === undefined) queueMicrotask(() => exited(`it could not be started: ${error.message}`))
  })
  child.on('close', (code, signal) =>
    exited(signal === null ? `its process exited with code ${code}` : `its process was ended by ${signal}`),
  )
  if (child.pid !== undefined) child.send(terms, error => void error)
  return {
    post: frames => {
      refuseShared(frames)
      if (child.connected) child.send(frames as object, error => void error)
    },
    kill: () => void child.kill('SIGKILL'),
    keepAlive: alive => {
      const all = [child, child.channel, child.stdout, child.stderr] as readonly Referable[]
      for (const one of all) alive ? one?.ref?.() : one?.unref?.()
    },
  }
}

type Referable = { ref?(): void; unref?(): void } | null | undefined
