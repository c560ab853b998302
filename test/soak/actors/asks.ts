/**
 * Questions without end: from here to an actor elsewhere, from there to here, and from one thread to another. What each side
 * keeps is looked at after a tenth of them, and at the end.
 */

import { firstValueFrom, lastValueFrom, mergeMap, range } from 'rxjs'

import type { Actor, Ref } from '../../../src/actor/actor.ts'
import type { Placer } from '../../../src/actor/actor-place.ts'
import { ask, spawn } from '../../../src/index.ts'
import asker, { type Asked, heapMB } from './asker.ts'

const inFlight = 64

export interface AsksResult {
  readonly way: string
  readonly asks: number
  readonly us: number
  /** Of each side, in MB: after a tenth of the questions, and after all of them. */
  readonly heaps: readonly (readonly [side: string, early: number, late: number])[]
}

/** Asks so many on each of the three ways. */
export async function* runAsks(crew: Placer, asks: number): AsyncGenerator<AsksResult> {
  const far = spawn(asker, { on: crew })
  const other = spawn(asker, { on: crew, name: 'other' })
  const here = spawn(asker)
  const ways: Record<string, (count: number) => Promise<unknown>> = {
    'here to there': count =>
      lastValueFrom(range(0, count).pipe(mergeMap(n => ask(far, { type: 'add', n }, 60_000), inFlight))),
    'there to here': count => askedBy(far, here.ref, count),
    'there to another there': count => askedBy(far, other.ref, count),
  }
  for (const [way, run] of Object.entries(ways)) {
    await run(asks / 10)
    const early = await heapsOf({ far, other })
    const begun = performance.now()
    await run((asks * 9) / 10)
    const us = ((performance.now() - begun) * 1000) / ((asks * 9) / 10)
    const late = await heapsOf({ far, other })
    yield { way, asks, us, heaps: early.map(([side, MB], i) => [side, MB, late[i]?.[1] ?? NaN] as const) }
  }
  await Promise.all([far, other, here].map(one => one[Symbol.asyncDispose]()))
}

const askedBy = (far: Actor<Asked, unknown>, whom: Ref<Asked>, count: number) =>
  firstValueFrom(ask(far, { type: 'askOther', whom, count, inFlight }, Infinity))

async function heapsOf(actors: Record<string, Actor<Asked, unknown>>): Promise<[string, number][]> {
  const heaps: [string, number][] = []
  for (const [side, actor] of Object.entries(actors))
    heaps.push([side, await firstValueFrom(ask(actor, { type: 'heap' }, 60_000))])
  return [...heaps, ['here', await heapMB()]]
}
