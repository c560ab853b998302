/** What these cases share: a boss as a server, gates instead of times, and the equation that every row checks. */

import {
  type BossOptions,
  type Counts,
  maxThreads,
  runAsServer,
  type SetOf,
  threads,
} from '../../src/index.ts'
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

/** Whether `submitted = done + failed + cancelled + unheard + pending + running`. */
export function balances({ counts }: { readonly counts: Counts }): boolean {
  const { submitted, done, failed, cancelled, unheard, pending, running } = counts
  return submitted === done + failed + cancelled + unheard + pending + running
}

/** A gate at which a Napper waits: closed until `open` is called. */
export const newGate = (): SharedArrayBuffer => new SharedArrayBuffer(4)

export const open = (gate: SharedArrayBuffer) => void Atomics.store(new Int32Array(gate), 0, 1)

export const seconds = (s: number): Promise<void> => new Promise(resolve => setTimeout(resolve, s * 1000))

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await seconds(0.01)
}

/** Until so many are really at work, their threads started. */
export async function atWork(boss: ReturnType<typeof nappers>, count: number): Promise<void> {
  for (;;) {
    const report = await boss.getReport()
    if (report.status !== 'interim' || report.runningNow.length >= count) return
    await seconds(0.01)
  }
}
