/**
 * A Web Worker in which one life of an actor is lived. A page is never told that a worker has ended: what is known are its last
 * words, errors that reach the Worker object, and what we terminate ourselves.
 */

import {
  barActor,
  type Place,
  type Placeable,
  type PlaceEvents,
  type PlaceExit,
} from '../../actor/actor-place.ts'
import { errorToData, restoreError } from '../../words/error-data.ts'
import { browserLastWordsMs } from '../limits.ts'
import { isLastWords, type SuppliedTerms } from '../place/actor-words.ts'

/** @param shares  whether memory can be shared with it */
export function actorWorker(
  newWorker: () => Worker,
  { name }: Placeable,
  { events, shares }: { readonly events: PlaceEvents; readonly shares: boolean },
): Place {
  const cells = shares ? new Int32Array(new SharedArrayBuffer(12)) : undefined
  const worker = newWorker()
  let phase: 'alive' | 'ending' | 'gone' = 'alive'
  const end = (exit: PlaceExit) => {
    if (phase !== 'alive') return
    phase = 'ending'
    // Browsers let a terminated worker run on for a while: it is to begin nothing more.
    barActor(cells)
    worker.terminate()
    setTimeout(() => {
      phase = 'gone'
      events.exited(exit)
    }, browserLastWordsMs)
  }
  worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (Array.isArray(data)) {
      if (phase !== 'gone') events.receive(data)
    } else if (isLastWords(data)) end({ reason: 'it ended by itself', error: restoreError(data.dying) })
  })
  worker.addEventListener('error', event => {
    event.preventDefault()
    if (event.message)
      end({
        reason: 'its script failed',
        error: restoreError(errorToData(event.error ?? new Error(event.message))),
      })
    else
      end({
        reason:
          'its script could not be loaded: is the URL right, and does the server send it as JavaScript?',
      })
  })
  worker.postMessage({ actor: name, cells } satisfies SuppliedTerms)
  return {
    ...(cells !== undefined && { cells }),
    post: (frames, moving = []) => worker.postMessage(frames, moving as Transferable[]),
    kill: () => end({ reason: 'it was terminated' }),
    keepAlive: () => {}, // a page lives as long as its tab
  }
}
