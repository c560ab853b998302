/** What a `pull` took and is still on its way is work that was given, until it has come; the hot half of a stream is not. */

import { setTimeout as sleep } from 'node:timers/promises'

import test from 'ava'
import {
  asyncScheduler,
  bufferTime,
  concat,
  concatMap,
  delay,
  filter,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  observeOn,
  Subject,
} from 'rxjs'

import { Boss, inline, maxThreads, pull } from '../../src/index.ts'
import square from '../fixtures/square.ts'

type Given = { readonly n: number }

const numbers = Array.from({ length: 100 }, (_, n) => ({ n }))
const few = filter(({ n }: Given) => n < 50)
const load = async (one: Given) => {
  await sleep(2)
  return one
}

async function* later() {
  yield* numbers
}

const whole: Record<string, [make: () => Observable<Given> | Promise<Given>, count: number]> = {
  delay: [() => pull(numbers).pipe(delay(20)), 100],
  'mergeMap of promises': [() => pull(numbers).pipe(mergeMap(load)), 100],
  'mergeMap of promises, four at once': [() => pull(numbers).pipe(mergeMap(load, 4)), 100],
  'concatMap of promises': [() => pull(numbers.slice(0, 10)).pipe(concatMap(load)), 10],
  'a single one': [() => pull(numbers.slice(0, 1)).pipe(delay(30)), 1],
  'observeOn, which delays the end, too': [() => pull(numbers).pipe(observeOn(asyncScheduler)), 100],
  bufferTime: [
    () =>
      pull(numbers).pipe(
        bufferTime(10),
        mergeMap(all => all),
      ),
    100,
  ],
  'filter, then delay': [() => pull(numbers).pipe(few, delay(10)), 50],
  'delay, then filter': [() => pull(numbers).pipe(delay(10), few), 50],
  'an async generator, then delay': [() => pull(later()).pipe(delay(10)), 100],
  'a promise': [() => load({ n: 3 }), 1],
}

const cut: Record<string, [make: () => Observable<Given>, count: number]> = {
  'merge with a Subject': [() => merge(pull(numbers), new Subject<Given>()), 100],
  'merge between two': [() => merge(new Subject<Given>(), pull(numbers), new Subject<Given>()), 100],
  'concat with what never ends': [() => concat(pull(numbers), NEVER), 100],
  'merge with a Subject, filtered': [() => merge(pull(numbers).pipe(few), new Subject<Given>()), 50],
  'concat with what never ends, filtered': [() => concat(pull(numbers).pipe(few), NEVER), 50],
  'merge with a Subject, delayed': [() => merge(pull(numbers).pipe(delay(10)), new Subject<Given>()), 100],
  'merge with a Subject, filtered and delayed': [
    () => merge(pull(numbers).pipe(few, delay(10)), new Subject<Given>()),
    50,
  ],
}

for (const [group, isCut] of [
  [whole, false],
  [cut, true],
] as const)
  for (const [name, [make, count]] of Object.entries(group))
    for (const when of ['before', 'after'] as const)
      test(`${name}, listened to ${when} the start: ${isCut ? 'what is hot is cut off, the rest done' : 'all is done'}`, async t => {
        await using boss = new Boss({ workers: square, crew: inline(), scheduler: maxThreads(2) })
        boss.notices$.subscribe()
        if (when === 'after') await boss.start().ready()
        const { done } = boss.listen(make())
        boss.start()
        const { counts, sources = [] } = await boss.waitTillFinished()
        t.is(counts.done, count)
        t.deepEqual(sources, isCut ? [{ given: count, cutOff: true }] : [])
        t.deepEqual(await done, { given: count, refused: 0, ...(isCut && { cutOff: true }) })
      })

test('a promise that is rejected is an error of the source', async t => {
  await using boss = new Boss({ workers: square, crew: inline() }).start()
  boss.notices$.subscribe()
  const error = new Error('no such row')
  t.deepEqual(await boss.listen(Promise.reject(error)).done, { given: 0, refused: 0, error })
})
