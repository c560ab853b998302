/** An actor that comes to grief in every way that there is, to see what becomes of it. */

import { pbkdf2Sync } from 'node:crypto'

import type { Ref } from '../../../src/actor/actor.ts'
import type { Context } from '../../../src/actor/behaviour.ts'
import { defineActor } from '../../../src/entries/worker.ts'

export type Way =
  | 'exits'
  | 'throws'
  | 'rejects'
  | 'throws from a timer'
  | 'rejects, and nobody handles it'
  | 'takes all memory'
  | 'blocks in native code'
  | 'cleans up badly'
  | 'is killed by a signal'
  | 'aborts'

export type Fate =
  | { readonly type: 'do'; readonly way: Way }
  | { readonly type: 'count'; readonly replyTo: Ref<number> }

const never = () => new Promise<never>(() => {})
const ways: Record<Way, () => unknown> = {
  exits: () => process.exit(3),
  throws: () => {
    throw new RangeError('as told')
  },
  rejects: () => Promise.reject(new RangeError('as told')),
  'throws from a timer': () => {
    setTimeout(() => {
      throw new RangeError('as told')
    })
    return never()
  },
  'rejects, and nobody handles it': () => {
    void Promise.reject(new RangeError('as told'))
    return never()
  },
  'takes all memory': () => {
    const kept: unknown[] = []
    for (;;) kept.push(new Array(100_000).fill(kept.length))
  },
  'blocks in native code': () => pbkdf2Sync('a', 'b', 20_000_000, 64, 'sha512'),
  'cleans up badly': () => {
    throw new RangeError('as told')
  },
  'is killed by a signal': () => {
    process.kill(process.pid, 'SIGKILL')
    return never()
  },
  aborts: () => process.abort(),
}

export default defineActor(import.meta, {
  name: 'wreck',
  behaviour: ({ onCleanup }: Context<Fate>) => {
    let count = 0
    let clean = true
    onCleanup(() => {
      if (!clean) throw new TypeError('it cannot be cleaned up')
    })
    return (fate): unknown => {
      if (fate.type === 'count') return fate.replyTo.next(++count)
      clean = fate.way !== 'cleans up badly'
      return ways[fate.way]()
    }
  },
})
