/** What a handler may return, and how it is told apart. */

import { from, isObservable, type Observable } from 'rxjs'

/** Nothing, a value, or what ends later: a promise (of nothing, or a value), an Observable of values. */
export type Output<O> = O | PromiseLike<O | Nothing> | Observable<O> | Nothing

// biome-ignore lint/suspicious/noConfusingVoidType: what a function without `return` returns
type Nothing = void | undefined

/** The stream to wait for, or `undefined` when the output is already there. */
export function asStream<O>(output: Output<O>): Observable<O> | undefined {
  if (typeof output !== 'object' || output === null) return undefined
  if (isObservable(output)) return output as Observable<O>
  return typeof (output as PromiseLike<O>).then === 'function' ? from(output as PromiseLike<O>) : undefined
}
