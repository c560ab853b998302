/** Types flow from the definition to the instruction and the result; what is wrong does not compile. */

import test from 'ava'
import { expectTypeOf } from 'expect-type'
import * as t from 'io-ts'
import { type Observable, of } from 'rxjs'
import { fakeCrew } from '../src/entries/testing.ts'
import {
  Boss,
  type Boss as BossOf,
  defineWorker,
  delegate,
  type FinalReport,
  type InstructionOf,
  type Report,
  type ResultOf,
  result,
} from '../src/index.ts'

const crew = fakeCrew()
const { number } = t
const primes = defineWorker(import.meta, {
  name: 'primes',
  attr: { limit: t.Int },
  work: ({ limit }) => limit + 1,
})
const words = defineWorker(import.meta, {
  name: 'words',
  attr: { text: t.string, sep: { type: t.string, default: ' ' } },
  work: async ({ text, sep }) => text.split(sep),
})

test('the instruction and the result are known without a type argument', t => {
  const boss = new Boss({ workers: [primes], crew })
  expectTypeOf(boss).toEqualTypeOf<BossOf<typeof primes>>()
  expectTypeOf(boss.reports$).toEqualTypeOf<Observable<Report<number>>>()
  expectTypeOf(boss.give).parameter(0).toMatchTypeOf<{ limit: number; name?: string }>()
  expectTypeOf(boss.waitTillFinished()).resolves.toEqualTypeOf<FinalReport<typeof primes>>()
  t.pass()
})

test('what is wrong does not compile', t => {
  const boss = new Boss({ workers: [primes], crew })
  // @ts-expect-error limit is missing
  t.throws(() => boss.give({}))
  // @ts-expect-error limit is no text
  t.throws(() => boss.give({ limit: 'ten' }))
  // @ts-expect-error limit takes a list of numbers
  t.throws(() => boss.setInstructions({ individual: { limit: ['ten'] } }))
})

test('an attribute with a default may be left out, and the work receives it', t => {
  expectTypeOf<InstructionOf<typeof words>>().toMatchTypeOf<{ text: string; sep?: string }>()
  const results$ = of({ text: 'a b' }).pipe(delegate(words, { crew }), result())
  expectTypeOf(results$).toEqualTypeOf<Observable<string[]>>()
  t.pass()
})

test('with several workers, an instruction fits one of them, and the result is one of theirs', t => {
  const boss = new Boss({ workers: [primes, words], crew })
  expectTypeOf(boss.reports$).toEqualTypeOf<Observable<Report<number | string[]>>>()
  t.notThrows(() => boss.give({ limit: 1 }))
  t.notThrows(() => boss.give({ text: 'a' }))
})

test('the result of an Observable is its last value, of a generator what it returns', t => {
  const watched = defineWorker(import.meta, {
    name: 'watched',
    attr: { n: number },
    work: ({ n }) => of(n, n + 1),
  })
  const stepped = defineWorker(import.meta, {
    name: 'stepped',
    work: async function* () {
      yield 1
      return 'done'
    },
  })
  interface Own {
    subscribe(observer: { next(value: Date): void; error(error: unknown): void; complete(): void }): {
      unsubscribe(): void
    }
  }
  const own = defineWorker(import.meta, {
    name: 'own',
    work: (): Own => ({ subscribe: () => ({ unsubscribe() {} }) }),
  })
  expectTypeOf<ResultOf<typeof watched>>().toEqualTypeOf<number>()
  expectTypeOf<ResultOf<typeof stepped>>().toEqualTypeOf<string>()
  expectTypeOf<ResultOf<typeof own>>().toEqualTypeOf<Date>()
  t.pass()
})
