import test from 'ava'
import { expectTypeOf } from 'expect-type'
import type { Either } from 'fp-ts/lib/Either.js'
import { firstValueFrom, type Observable, type Observer, Subject } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'

import { spawn } from '../../src/actor/actor.ts'
import { AskError, ask, askTE } from '../../src/actor/ask.ts'
import { Mailbox } from '../../src/actor/mailbox.ts'
import type { Exit } from '../../src/actor/supervisor.ts'

interface Question {
  readonly replyTo: Observer<number>
}
const question = (replyTo: Observer<number>): Question => ({ replyTo })
const silent = () => (_: Question) => {}

const inVirtualTime = (t: { deepEqual(actual: unknown, expected: unknown): void }) =>
  new TestScheduler((actual, expected) => t.deepEqual(plain(actual), plain(expected)))

/** Errors as their texts, so that a picture can be compared. */
const plain = (frames: unknown) =>
  JSON.parse(JSON.stringify(frames, (_, value) => (value instanceof Error ? value.message : value)))

test('an ask gives the reply and completes', async t => {
  const actor = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.next(42),
  )
  const reply$ = ask(actor, question, 100)
  expectTypeOf(reply$).toEqualTypeOf<Observable<number>>()
  t.is(await firstValueFrom(reply$), 42)
})

test('an ask is cold: nothing is said before somebody subscribes, and each subscription asks anew', async t => {
  let asked = 0
  const actor = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.next(++asked),
  )
  const reply$ = ask(actor, question, 100)
  t.is(asked, 0)
  t.is(await firstValueFrom(reply$), 1)
  t.is(await firstValueFrom(reply$), 2)
})

test('an ask gives only the first of several replies', async t => {
  const actor = spawn(() => ({ replyTo }: Question) => {
    replyTo.next(1)
    replyTo.next(2)
    replyTo.complete()
  })
  const heard: (number | '|')[] = []
  ask(actor, question, 100).subscribe({ next: n => heard.push(n), complete: () => heard.push('|') })
  t.deepEqual(heard, [1, '|'])
})

test('an ask without a reply errors when its time is over, naming the actor and the time', t => {
  inVirtualTime(t).run(({ expectObservable }) => {
    const actor = spawn(silent, { name: 'clerk' })
    const error = new AskError('timeout', 'Actor "clerk" did not reply within 5 ms')
    expectObservable(ask(actor, question, 5)).toBe('-----#', undefined, error)
  })
})

test('a reply in the last moment counts, and the clock is stopped', t => {
  inVirtualTime(t).run(({ cold, expectObservable }) => {
    const actor = spawn(() => ({ replyTo }: Question) => {
      cold('----a|', { a: 1 }).subscribe(replyTo)
    })
    expectObservable(ask(actor, question, 5)).toBe('----(a|)', { a: 1 })
  })
})

test('an ask settles at once when the actor exits before it replies, whatever its time', t => {
  inVirtualTime(t).run(({ cold, expectObservable }) => {
    const actor = spawn(silent, { name: 'clerk' })
    cold('--s').subscribe(() => actor.stop())
    const error = new AskError('exited', 'Actor "clerk" was stopped before it replied')
    expectObservable(ask(actor, question, Number.POSITIVE_INFINITY)).toBe('--#', undefined, error)
  })
})

test('an actor that fails on the question is the cause of the error', async t => {
  const broken = new RangeError('out of paper')
  const actor = spawn(
    () => (_: Question) => {
      throw broken
    },
    { name: 'clerk' },
  )
  const error = await t.throwsAsync(firstValueFrom(ask(actor, question, 100)), { instanceOf: AskError })
  t.is(error.message, 'Actor "clerk" failed before it replied: RangeError: out of paper')
  t.is(error.cause, broken)
  t.is(error.code, 'exited')
})

test('an actor that has exited is not told anything', async t => {
  const actor = spawn(silent)
  const types: string[] = []
  actor.inspect$.subscribe(event => types.push(event.type))
  actor.end()
  await t.throwsAsync(firstValueFrom(ask(actor, question, 100)), { message: /ended before it replied/ })
  t.deepEqual(types, ['actor.spawn', 'actor.exit'])
})

test('a refusal errors the ask as it is, and a completion without a reply errors it, too', async t => {
  const refusing = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.error('closed today'),
  )
  ask(refusing, question, 100).subscribe({ error: why => t.is(why, 'closed today') })
  const evasive = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.complete(),
  )
  await t.throwsAsync(firstValueFrom(ask(evasive, question, 100)), { message: /without giving one/ })
})

test('a bare address can be asked', async t => {
  const { ref } = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.next(42),
  )
  t.is(await firstValueFrom(ask({ ref }, question, 100)), 42)
})

test('asking from inside a handler gets its reply without blocking the one who asks', async t => {
  const clerk = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.next(42),
  )
  const customer = spawn(() => (_: 'go') => ask(clerk, question, 100))
  const output = firstValueFrom(customer.out$)
  customer.ref.next('go')
  t.is(await output, 42)
})

test('unsubscribing stops waiting: nobody is left listening for the exit', t => {
  const exit$ = new Subject<Exit>()
  const waiting = ask({ ref: new Mailbox<Question>(), exit$ }, question, 100).subscribe()
  t.true(exit$.observed)
  waiting.unsubscribe()
  t.false(exit$.observed)
})

test('askTE gives the reply on the right, and every error as an Error on the left', async t => {
  const actor = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.next(42),
  )
  const answer = await askTE(actor, question, 100)()
  expectTypeOf(answer).toEqualTypeOf<Either<Error, number>>()
  t.deepEqual(answer, { _tag: 'Right', right: 42 })

  const refusing = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.error('closed today'),
  )
  const refusal = await askTE(refusing, question, 100)()
  t.deepEqual(refusal, { _tag: 'Left', left: new Error('closed today') })
})

test('a timeout must be a time that a timer can wait', t => {
  const actor = spawn(silent)
  for (const wrong of [-1, Number.NaN, 2 ** 31])
    t.throws(() => ask(actor, question, wrong), { instanceOf: RangeError, message: /'timeoutMs' must be/ })
})
