/** What the seed cases share: `server(c, i)` of SEED.md, and the equation that every row checks. */

import { type BossOptions, maxThreads, runAsServer, threads } from '../../src/index.ts'
import type { SetOf } from '../../src/instruction-set.ts'
import failer from './workers/failer.ts'
import napper from './workers/napper.ts'
import sleeper from './workers/sleeper.ts'
import succeeder from './workers/succeeder.ts'

// biome-ignore lint/suspicious/noExplicitAny: three different workers, and cases that are wrong on purpose
type Loose = any

/** `runAsServer` with Sleeper, Succeeder and Failer on two threads. */
export const server = (common: Loose, individual: Loose, options: Partial<BossOptions<Loose>> = {}): Loose =>
  runAsServer<Loose>({
    workers: [sleeper, succeeder, failer],
    scheduler: maxThreads(2),
    crew: threads(),
    common,
    individual,
    ...options,
  })

/** Nappers on so many threads. */
export const nappers = (
  individual: SetOf<Loose>['individual'],
  options: Partial<BossOptions<typeof napper>> = {},
) =>
  runAsServer<typeof napper>({
    workers: napper,
    scheduler: maxThreads(2),
    crew: threads(),
    individual: individual as never,
    ...options,
  })

export function balances({ counts }: { counts: Record<string, number> | object }): boolean {
  const { submitted, done, failed, cancelled, unheard, pending, running } = counts as Record<string, number>
  const sum = [done, failed, cancelled, unheard, pending, running].reduce(
    (a, b) => (a as number) + (b as number),
    0,
  )
  return submitted === sum
}

export const seconds = (s: number): Promise<void> => new Promise(resolve => setTimeout(resolve, s * 1000))
