/** `toReadableStream`: an Observable as a Web Stream, whose source waits for a reader that is slow. */

import type { Observable } from 'rxjs'

import { type EachValueOptions, eachValueFrom } from './each-value-from.ts'

/**
 * The values of an Observable as a `ReadableStream`: for `new Response(stream)`, `pipeThrough`, `pipeTo`.
 *
 * Subscribes when it is first read; values come in order, and what comes while nobody reads is held as {@link eachValueFrom}
 * does, so that lazy sources above wait. Cancelling the stream unsubscribes. If the Observable errors, so does the stream, after
 * the values before it.
 *
 * @throws {TypeError} at once, when `window` or `capacity` cannot be meant
 *
 * @example
 * new Response(toReadableStream(pull(rows).pipe(delegate(score), result(), map(toLine))).pipeThrough(new TextEncoderStream()))
 */
export function toReadableStream<A>(
  values$: Observable<A>,
  options: EachValueOptions = {},
): ReadableStream<A> {
  const reading = eachValueFrom(values$, options)[Symbol.asyncIterator]()
  return new ReadableStream<A>(
    {
      pull: async controller => {
        const { done, value } = await reading.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async () => {
        await reading.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
