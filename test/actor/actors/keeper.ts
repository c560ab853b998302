/** An actor that keeps what it is told and gives it back: to see what arrives, and what is left behind. */

import type { Ref } from '../../../src/actor/actor.ts'
import type { Context } from '../../../src/actor/behaviour.ts'
import { defineActor } from '../../../src/entries/worker.ts'

export type Kept =
  | { readonly does: 'keep'; readonly value: unknown }
  | { readonly does: 'fail'; readonly how: 'throw' | 'reject' | 'exit' }
  | { readonly does: 'all'; readonly replyTo: Ref<readonly unknown[]> }
  | { readonly does: 'drop' }

export default defineActor(import.meta, {
  name: 'keeper',
  behaviour: (_: Context<Kept>) => {
    let kept: unknown[] = []
    return (message): unknown => {
      switch (message.does) {
        case 'keep':
          kept.push(message.value)
          return message.value
        case 'fail':
          if (message.how === 'exit') return process.exit(3)
          if (message.how === 'reject') return Promise.reject(new RangeError('told to fail'))
          throw new RangeError('told to fail')
        case 'drop':
          kept = []
          return undefined
        default:
          return message.replyTo.next(kept)
      }
    }
  },
})
