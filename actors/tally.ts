/**
 * An actor that counts events by key. Tell it `{ type: 'count', key, by? }`; ask it `{ type: 'of', key }`, or
 * `{ type: 'top', limit }` for the keys that came most, each with its count. `{ type: 'forget', key }` forgets one.
 */

import * as t from 'io-ts'

import { defineActor, ref } from 'rxboss/worker'

const Count = t.intersection([
  t.type({ type: t.literal('count'), key: t.string }),
  t.partial({ by: t.number }),
])
const Of = t.type({ type: t.literal('of'), key: t.string, replyTo: ref(t.number) })
const Top = t.type({
  type: t.literal('top'),
  limit: t.number,
  replyTo: ref(t.array(t.tuple([t.string, t.number]))),
})
const Forget = t.type({ type: t.literal('forget'), key: t.string })

export default defineActor(import.meta, {
  name: 'tally',
  message: t.union([Count, Of, Top, Forget]),
  behaviour: () => {
    const counts = new Map<string, number>()
    return message => {
      switch (message.type) {
        case 'count':
          return void counts.set(message.key, (counts.get(message.key) ?? 0) + (message.by ?? 1))
        case 'of':
          return message.replyTo.next(counts.get(message.key) ?? 0)
        case 'top':
          return message.replyTo.next([...counts].sort(([, a], [, b]) => b - a).slice(0, message.limit))
        case 'forget':
          return void counts.delete(message.key)
      }
    }
  },
})
