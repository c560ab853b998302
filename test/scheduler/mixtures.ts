/**
 * Mixtures: instructions of which only some ever begin, through sources of every form. What was taken and never begins is
 * given back to demand, so each mixture ends, with every instruction accounted for.
 */

import fc from 'fast-check'
import * as t from 'io-ts'
import { from, lastValueFrom, map, merge, type Observable, toArray } from 'rxjs'

import { Boss, type Crew, defineWorker, delegate, maxThreads, pull } from '../../src/index.ts'
import type { Journal, Memory } from '../../src/journal/journal.ts'

export const twice = defineWorker(import.meta, {
  name: 'twice',
  attr: { n: t.number, extra: { type: t.unknown, default: undefined } },
  work: ({ n }) => 2 * n,
})

export const kinds = ['good', 'refused', 'aborted', 'aborted soon', 'unserialisable', 'recorded'] as const
export type Kind = (typeof kinds)[number]

/** How each kind is accounted for. */
const outcomes: Record<Kind, string> = {
  good: 'done',
  refused: 'failed refused',
  aborted: 'cancelled',
  'aborted soon': 'cancelled or done',
  // Where nothing is copied, it is an instruction like any other.
  unserialisable: 'failed unserialisable or done',
  recorded: 'done',
}

export const sources = ['pull', 'pull async', 'merge of two', 'mapped', 'from'] as const
export type Source = (typeof sources)[number]

export interface Mixture {
  readonly list: readonly Kind[]
  readonly source: Source
  /** Through `delegate`, or to a Boss that listens. */
  readonly through: 'delegate' | 'listen'
  readonly lanes: number
}

export const arbitraryMixture: fc.Arbitrary<Mixture> = fc.record({
  // Mostly of one kind: demand is used up by many of a kind, one after the other.
  list: fc
    .array(fc.tuple(fc.constantFrom(...kinds), fc.oneof(fc.constant(1), fc.nat(40))), { maxLength: 6 })
    .map(runs => runs.flatMap(([kind, times]) => Array.from({ length: times }, () => kind))),
  source: fc.constantFrom(...sources),
  through: fc.constantFrom('delegate', 'listen'),
  lanes: fc.integer({ min: 1, max: 3 }),
})

/** What an instruction of that kind is given as. */
function instructionOf(kind: Kind, n: number): { n: number } {
  switch (kind) {
    case 'refused':
      return { n: `${n}` as never }
    case 'aborted':
      return { n, signal: AbortSignal.abort('not wanted') } as { n: number }
    case 'aborted soon': {
      const controller = new AbortController()
      queueMicrotask(() => controller.abort('not wanted'))
      return { n, signal: controller.signal } as { n: number }
    }
    case 'unserialisable':
      return { n, extra: () => n } as { n: number }
    case 'recorded':
      return { n, key: `recorded ${n}` } as { n: number }
    default:
      return { n }
  }
}

/** Remembers those whose key says so. */
function journalOfBefore(): Journal {
  let entered = 0
  return {
    open: () => {},
    keyOf: (_worker, _attributes, base) => base?.key ?? 'none',
    enter: key => {
      const memory: Memory = key.startsWith('recorded')
        ? { kind: 'settled', record: { kind: 'done', attempt: 1, result: 0, waitMs: 0, workMs: 0 } }
        : { kind: 'unknown' }
      return { key: `${key} ${entered++}`, memory }
    },
    start: () => {},
    end: () => {},
    close: () => {},
  }
}

function sourceOf({ source, list }: Mixture): Observable<{ n: number }> {
  function* some(from: number, to: number) {
    for (let n = from; n < to; n++) yield instructionOf(list[n] as Kind, n)
  }
  async function* later() {
    yield* some(0, list.length)
  }
  const middle = list.length >> 1
  switch (source) {
    case 'pull':
      return pull(some(0, list.length))
    case 'pull async':
      return pull(later())
    case 'merge of two':
      return merge(pull(some(0, middle)), pull(some(middle, list.length)))
    case 'mapped':
      return pull(list.keys()).pipe(map(n => instructionOf(list[n] as Kind, n)))
    default:
      return from(some(0, list.length))
  }
}

/** Runs a mixture. What went wrong; `undefined`: it ended as it must. */
export async function whatGoesWrong(
  mixture: Mixture,
  crew: Crew,
  withinMs = 20_000,
): Promise<string | undefined> {
  const options = { crew, scheduler: maxThreads(mixture.lanes), journal: journalOfBefore() }
  let stop: (() => Promise<unknown>) | undefined
  const seen: string[] = []
  const run = async () => {
    if (mixture.through === 'delegate') {
      for (const report of await lastValueFrom(sourceOf(mixture).pipe(delegate(twice, options), toArray())))
        seen.push(report.kind === 'failed' ? `failed ${report.failure.code}` : report.kind)
      return
    }
    const boss = new Boss({ workers: twice, ...options })
    stop = () => boss.stopThemWorking()
    boss.reports$.subscribe(report => {
      seen.push(report.kind === 'failed' ? `failed ${report.failure.code}` : report.kind)
    })
    boss.inspect$.subscribe(event => {
      if (event.type === 'actor.deadLetter') seen.push('failed refused')
    })
    boss.makeThemWork()
    const listening = boss.listen(sourceOf(mixture))
    await new Promise<void>(resolve => listening.add(resolve))
    await boss.waitTillFinished()
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLong = new Promise<'hangs'>(resolve => {
    timer = setTimeout(() => resolve('hangs'), withinMs)
  })
  const ended = await Promise.race([run(), tooLong])
  clearTimeout(timer)
  if (ended === 'hangs') {
    await stop?.()
    return `hangs, ${seen.length} of ${mixture.list.length} reports`
  }
  return accountOf(mixture.list, seen)
}

function accountOf(list: readonly Kind[], seen: readonly string[]): string | undefined {
  const count = (what: string) => seen.filter(one => one === what).length
  const expected = (what: string) => list.filter(kind => outcomes[kind] === what).length
  const either = expected('cancelled or done')
  if (seen.length !== list.length) return `${seen.length} of ${list.length} reports: ${seen.join(', ')}`
  if (count('failed refused') !== expected('failed refused'))
    return `${count('failed refused')} refused of ${expected('failed refused')}`
  const cancelled = count('cancelled') - expected('cancelled')
  return cancelled < 0 || cancelled > either ? `${count('cancelled')} cancelled` : undefined
}
