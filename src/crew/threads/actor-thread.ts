/** A thread in which one life of an actor is lived. */

import type { Worker as Thread, WorkerOptions } from 'node:worker_threads'

import { barActor, type Place, type Placeable, type PlaceEvents } from '../../actor/actor-place.ts'
import { restoreError } from '../../words/error-data.ts'
import { killLimitMs } from '../limits.ts'
import { isLastWords, type SuppliedTerms } from '../place/actor-words.ts'

/** What the thread is told as it starts. */
export interface ActorThreadTerms {
  readonly definition: Placeable
  readonly cells: Int32Array
}

/** A new record of how far it is. */
const newCells = () => new Int32Array(new SharedArrayBuffer(12))

interface Posts {
  postMessage(message: unknown, moving?: readonly never[]): void
}

/** An empty list of what moves costs more than the rest of a small message. */
export function postTo(port: Posts, frames: unknown, moving: readonly object[] = []): void {
  if (moving.length === 0) port.postMessage(frames)
  else port.postMessage(frames, moving as never)
}

/** @param start  starts a thread with the file `actor-thread-entry`, and these options */
export function actorThread(
  start: (options: WorkerOptions) => Thread,
  { name, url }: Placeable,
  events: PlaceEvents,
): Place {
  const cells = newCells()
  const terms: ActorThreadTerms = { definition: { name, url }, cells }
  return placeOf(start({ workerData: terms }), cells, events)
}

/** @param start  supplies a thread whose file calls `serveActors([...])` */
export function suppliedActorThread(start: () => Thread, { name }: Placeable, events: PlaceEvents): Place {
  const cells = newCells()
  const thread = start()
  thread.postMessage({ actor: name, cells } satisfies SuppliedTerms)
  return placeOf(thread, cells, events)
}

function placeOf(thread: Thread, cells: Int32Array, events: PlaceEvents): Place {
  let error: (Error & { code?: unknown }) | undefined
  thread.on('message', (message: unknown) => {
    if (over) return
    if (Array.isArray(message)) events.receive(message)
    else if (isLastWords(message)) {
      error ??= restoreError(message.dying)
      void thread.terminate()
    }
  })
  thread.on('error', (thrown: Error) => {
    error ??= thrown
  })
  let over = false
  let stuck: ReturnType<typeof setTimeout> | undefined
  const exited = (reason: string) => {
    clearTimeout(stuck)
    if (over) return
    over = true
    events.exited({
      reason,
      outOfMemory: error?.code === 'ERR_WORKER_OUT_OF_MEMORY',
      ...(error !== undefined && { error }),
    })
  }
  thread.once('exit', code => exited(`its thread exited with code ${code}`))
  return {
    cells,
    post: (frames, moving) => postTo(thread, frames, moving),
    kill: () => {
      // Native code cannot be interrupted: a thread that is stuck in it is left behind, and begins nothing more.
      barActor(cells)
      void thread.terminate()
      if (!over)
        stuck ??= setTimeout(exited, killLimitMs, 'its thread could not be ended, and was left behind')
    },
    keepAlive: alive => (alive ? thread.ref() : thread.unref()),
  }
}
