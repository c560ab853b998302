/** A queue that takes only what can be decoded: a message is looked at where it is sent, not where it fails. */

import type { MessageQueue } from './message-queue.ts'
import { moveQuestion } from './questions.ts'

export function decodingQueue<M>(queue: MessageQueue<M>, decode: (message: unknown) => M): MessageQueue<M> {
  return {
    get size() {
      return queue.size
    },
    push: message => {
      const decoded = decode(message)
      if (decoded !== message) moveQuestion(message, decoded)
      queue.push(decoded)
    },
    take: () => queue.take(),
    evict: () => (queue.evict === undefined ? queue.take() : queue.evict()),
    putBack: messages => {
      if (queue.putBack !== undefined) queue.putBack(messages)
      else for (const message of messages) queue.push(message)
    },
    end: () => queue.end?.(),
    lost: (letter, observed) => queue.lost?.(letter, observed),
  }
}
