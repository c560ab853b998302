/** Handling a mailbox: each message is done with, its output ended, before the next one is looked at. */

import { Observable, type Subscriber, Subscription } from 'rxjs'

import type { Mailbox } from './mailbox.ts'
import { asStream, type Output } from './output.ts'

/**
 * What `handler` makes of the messages of `mailbox`, in their order.
 *
 * Cold: nothing is handled before you subscribe, and unsubscribing ends the output at work; what waits stays in the mailbox.
 *
 * @returns completes once the mailbox has completed and all is handled; errors with what `handler` throws, or with what its
 *   output errors with, after that output is torn down. The message at work is then gone
 */
export function handle<M, O>(mailbox: Mailbox<M>, handler: (message: M) => Output<O>): Observable<O> {
  return new Observable(outputs => {
    let atWork = Subscription.EMPTY

    const work = (message: M) => {
      let output: Output<O>
      try {
        output = handler(message)
      } catch (error) {
        return outputs.error(error)
      }
      if (output === undefined) return
      const stream = asStream(output)
      if (stream === undefined) outputs.next(output as O)
      else atWork = forward(stream, outputs, mailbox.hold())
    }

    // Nothing before we can unsubscribe: a handler that throws must not get what waits behind.
    const begin = mailbox.hold()
    outputs.add(mailbox.subscribe({ next: work, complete: () => outputs.complete() }))
    outputs.add(() => atWork.unsubscribe())
    begin()
  })
}

/** Passes the values of one output on, and says that it ended only once it has let go of what it held. */
function forward<O>(stream: Observable<O>, outputs: Subscriber<O>, ended: () => void): Subscription {
  let failure: { readonly error: unknown } | undefined
  const output = stream.subscribe({
    // A handler that is done, but has nothing to say: `async () => {}`.
    next: value => {
      if (value !== undefined) outputs.next(value)
    },
    error: (error: unknown) => {
      failure = { error }
    },
  })
  output.add(() => {
    if (failure !== undefined) outputs.error(failure.error)
    ended()
  })
  return output
}
