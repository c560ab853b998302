/** A mailbox's queue where the most urgent message comes first, and those of equal urgency in the order of their arrival. */

import { Heap } from '../words/heap.ts'
import type { MessageQueue } from './message-queue.ts'

interface Waiting<M> {
  readonly message: M
  readonly arrival: number
}

/**
 * The queue of a mailbox that hands out the most urgent message first. Under `dropOldest`, a full one gives up the least
 * urgent, which may be the one that came last.
 *
 * @param compare  as in `Array.sort`: below 0 where `a` comes before `b`
 *
 * @example
 * const urgentFirst = priorityQueue<Job>((a, b) => b.urgency - a.urgency)
 * spawn(clerk, { mailbox: { queue: urgentFirst } })
 */
export function priorityQueue<M>(compare: (a: M, b: M) => number): MessageQueue<M> {
  const before = (a: Waiting<M>, b: Waiting<M>) =>
    (compare(a.message, b.message) || a.arrival - b.arrival) < 0
  const waiting = new Heap<Waiting<M>>(before)
  let arrival = 0
  return {
    get size() {
      return waiting.size
    },
    push: message => waiting.push({ message, arrival: arrival++ }),
    take: () => (waiting.pop() as Waiting<M>).message,
    evict: () => (waiting.dropLast() as Waiting<M>).message,
  }
}
