/** Handling a mailbox: each message is done with, its output ended, before the next one is looked at. */

import { Observable, Subscriber, Subscription } from 'rxjs'

import type { Mailbox } from './mailbox.ts'
import { asStream, type Output } from './output.ts'
import { enterTurn, failQuestion } from './questions.ts'

/**
 * What `handler` makes of the messages of `mailbox`, in their order.
 *
 * Cold: nothing is handled before you subscribe, and unsubscribing ends the output at work; what waits stays in the mailbox.
 *
 * @param ref  the address of whoever handles them, so that it cannot ask itself in its own turn
 * @returns completes once the mailbox has completed and all is handled; errors with what `handler` throws, or with what its
 *   output errors with, after that output is torn down. The message at work is then gone, and where it was a question, fails
 */
export function handle<M, O>(
  mailbox: Mailbox<M>,
  handler: (message: M) => Output<O>,
  ref: unknown = mailbox,
): Observable<O> {
  const handling = { ref, mailbox }
  return new Observable(outputs => {
    let atWork = Subscription.EMPTY

    const follow = (stream: Observable<O>, message: M) => {
      const release = mailbox.hold()
      let failure: { readonly error: unknown } | undefined
      let ended = false
      // Known before it is subscribed: what is put out at once, and without end, can be stopped, too.
      const hearing = new Subscriber<O>({
        // A handler that is done, but has nothing to say: `async () => {}`.
        next: value => {
          if (value !== undefined) outputs.next(value)
        },
        error: (error: unknown) => {
          failure = { error }
        },
        complete: () => {
          ended = true
        },
      })
      atWork = hearing
      stream.subscribe(hearing)
      // It ended only once it has let go of what it held.
      atWork.add(() => {
        if (failure !== undefined) {
          failQuestion(message, 'failed', failure.error)
          outputs.error(failure.error)
        } else if (!ended) failQuestion(message, 'interrupted')
        release()
      })
    }

    const work = (message: M) => {
      const before = enterTurn(handling)
      try {
        const output = handler(message)
        if (output === undefined) return
        const stream = asStream(output)
        if (stream === undefined) outputs.next(output as O)
        else follow(stream, message)
      } catch (error) {
        failQuestion(message, 'failed', error)
        outputs.error(error)
      } finally {
        enterTurn(before)
      }
    }

    // Nothing before we can unsubscribe: a handler that throws must not get what waits behind.
    const begin = mailbox.hold()
    outputs.add(mailbox.subscribe({ next: work, complete: () => outputs.complete() }))
    outputs.add(() => atWork.unsubscribe())
    begin()
  })
}
