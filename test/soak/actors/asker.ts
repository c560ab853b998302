/** The actor of the soak of questions: answers, asks others, and tells how much its heap holds. */

import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { lastValueFrom, mergeMap, range } from 'rxjs'

import type { Ref } from '../../../src/actor/actor.ts'
import type { Context } from '../../../src/actor/behaviour.ts'
import { defineActor } from '../../../src/entries/worker.ts'

export type Asked =
  | { readonly type: 'add'; readonly n: number; readonly replyTo: Ref<number> }
  | { readonly type: 'heap'; readonly replyTo: Ref<number> }
  | {
      readonly type: 'askOther'
      readonly whom: Ref<Asked>
      readonly count: number
      readonly inFlight: number
      readonly replyTo: Ref<number>
    }

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

export const heapMB = async (): Promise<number> => {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return getHeapStatistics().used_heap_size / 2 ** 20
}

export default defineActor(import.meta, {
  name: 'asker',
  behaviour: ({ ask }: Context<Asked>) => {
    return async message => {
      switch (message.type) {
        case 'add':
          return message.replyTo.next(message.n + 1)
        case 'heap':
          return message.replyTo.next(await heapMB())
        default: {
          const { whom, count, inFlight, replyTo } = message
          const once = (n: number) =>
            ask({ ref: whom }, (replyTo: Ref<number>) => ({ type: 'add' as const, n, replyTo }), 60_000)
          await lastValueFrom(range(0, count).pipe(mergeMap(once, inFlight)))
          return replyTo.next(count)
        }
      }
    }
  },
})
