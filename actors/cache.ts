/**
 * An actor that stands in front of slow work. Ask it `{ type: 'get', key, from }`: what it has, it replies at once; for the rest
 * it asks `from`, the address of an actor that answers `{ type: 'load', key, replyTo }`: once, however many ask meanwhile.
 * It keeps the 1,000 values that were used last. What could not be loaded is not kept; `{ type: 'forget', key }` forgets one.
 */

import * as t from 'io-ts'

import { defineActor, ref } from 'rxboss/worker'

const Get = t.type({ type: t.literal('get'), key: t.string, from: ref(t.unknown), replyTo: ref(t.unknown) })
const Loaded = t.type({ type: t.literal('loaded'), key: t.string, value: t.unknown })
const Failed = t.type({ type: t.literal('failed'), key: t.string, why: t.unknown })
const Forget = t.type({ type: t.literal('forget'), key: t.string })

const keeps = 1000
const patienceMs = 60_000

type Asker = t.TypeOf<typeof Get>['replyTo']

export default defineActor(import.meta, {
  name: 'cache',
  message: t.union([Get, Loaded, Failed, Forget]),
  behaviour: ({ ask, self }) => {
    const values = new Map<string, unknown>()
    const waiting = new Map<string, Asker[]>()

    const use = (key: string, value: unknown) => {
      values.delete(key)
      values.set(key, value) // the last one is the latest used
      const [oldest] = values.keys()
      if (values.size > keeps && oldest !== undefined) values.delete(oldest)
    }
    const load = (key: string, from: Asker) =>
      ask({ ref: from }, (replyTo: Asker) => ({ type: 'load', key, replyTo }), patienceMs).subscribe({
        next: value => self.next({ type: 'loaded', key, value }),
        error: why => self.next({ type: 'failed', key, why }),
      })
    const settle = (key: string, tell: (asker: Asker) => void) => {
      const askers = waiting.get(key) ?? []
      waiting.delete(key)
      askers.forEach(tell)
    }

    return message => {
      const { key } = message
      switch (message.type) {
        case 'get': {
          if (values.has(key)) {
            use(key, values.get(key))
            return message.replyTo.next(values.get(key))
          }
          const askers = waiting.get(key)
          if (askers !== undefined) return void askers.push(message.replyTo)
          waiting.set(key, [message.replyTo])
          return void load(key, message.from)
        }
        case 'loaded':
          use(key, message.value)
          return settle(key, asker => asker.next(message.value))
        case 'failed':
          return settle(key, asker => asker.error(message.why))
        case 'forget':
          return void values.delete(key)
      }
    }
  },
})
