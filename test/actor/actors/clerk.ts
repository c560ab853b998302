/** An actor that does what it is told, to see what a border lets through. */

import { setTimeout as pause } from 'node:timers/promises'

import * as t from 'io-ts'
import { firstValueFrom, of, range } from 'rxjs'

import type { Ref } from '../../../src/actor/actor.ts'
import type { Context } from '../../../src/actor/behaviour.ts'
import { defineActor } from '../../../src/entries/worker.ts'

type Message =
  | { readonly does: 'echo'; readonly value: unknown; readonly replyTo: Ref<unknown> }
  | { readonly does: 'count'; readonly replyTo: Ref<number> }
  | { readonly does: 'put'; readonly value: unknown }
  | { readonly does: 'flood'; readonly many: number }
  | { readonly does: 'pause'; readonly ms: number }
  | { readonly does: 'throw' | 'die' | 'block' | 'exhaust' | 'nothing' | 'unsendable' }
  | {
      readonly does: 'tell'
      readonly to: Ref<unknown>
      readonly value: unknown
      readonly deep?: { readonly to: Ref<unknown> }[]
    }
  | { readonly does: 'ask' | 'tryAsk'; readonly whom: Ref<unknown>; readonly replyTo: Ref<unknown> }
  | { readonly does: 'self'; readonly replyTo: Ref<Ref<unknown>> }
  | { readonly does: 'itself'; readonly times: number }
  | { readonly does: 'later'; readonly ms: number; readonly value: unknown }
  | { readonly does: 'child'; readonly fails: boolean; readonly watched: boolean }
  | { readonly does: 'exited'; readonly why: string }

const block = () => {
  for (;;);
}
const exhaust = () => {
  const kept: unknown[] = []
  for (;;) kept.push(new Array(100_000).fill(kept.length))
}

export default defineActor(import.meta, {
  name: 'clerk',
  behaviour: (context: Context<Message>) => {
    let count = 0
    const child = (fails: boolean, watched: boolean) => {
      const one = context.spawn(() => (_: number) => {
        if (fails) throw new Error('the child fails')
      })
      if (watched) context.watch(one, ({ why }) => ({ does: 'exited', why }))
      one.ref.next(1)
      one.end()
    }
    return message => {
      count++
      switch (message.does) {
        case 'echo':
          return message.replyTo.next(message.value)
        case 'count':
          return message.replyTo.next(count)
        case 'put':
          return message.value
        case 'flood':
          return range(0, message.many)
        case 'pause':
          return pause(message.ms)
        case 'throw':
          throw new RangeError('told to throw')
        case 'die':
          return process.exit(3)
        case 'block':
          return block()
        case 'exhaust':
          return exhaust()
        case 'unsendable':
          return () => {}
        case 'tell':
          message.deep?.[0]?.to.next(message.value)
          return message.to.next(message.value)
        case 'ask':
          return firstValueFrom(
            context.ask(
              { ref: message.whom },
              (replyTo: Ref<unknown>) => ({ does: 'count', replyTo }),
              30_000,
            ),
          ).then(reply => message.replyTo.next(reply))
        case 'tryAsk':
          return firstValueFrom(
            context.ask(
              { ref: message.whom },
              (replyTo: Ref<unknown>) => ({ does: 'count', replyTo }),
              50_000,
            ),
          ).then(
            reply => message.replyTo.next(reply),
            (error: { readonly code?: unknown }) => message.replyTo.next(error.code),
          )
        case 'self':
          return message.replyTo.next(context.self as Ref<unknown>)
        case 'itself':
          if (message.times > 0) context.self.next({ does: 'itself', times: message.times - 1 })
          return message.times
        case 'later':
          context.after(message.ms, { does: 'put', value: message.value })
          return of()
        case 'child':
          return child(message.fails, message.watched)
        case 'exited':
          return `child ${message.why}`
        default:
          return undefined
      }
    }
  },
})

/** Decodes what it takes, and adds it up. */
export const adder = defineActor(import.meta, {
  name: 'adder',
  message: t.type({ n: t.number }),
  behaviour: () => {
    let sum = 0
    return ({ n }) => (sum += n)
  },
})

/** Cannot be set up. */
export const stillborn = defineActor(import.meta, {
  name: 'stillborn',
  behaviour: (): ((message: string) => void) => {
    throw new Error('it cannot be set up')
  },
})
