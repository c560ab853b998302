import test from 'ava'
import { expectTypeOf } from 'expect-type'
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import {
  firstValueFrom,
  NEVER,
  type Observable,
  type Observer,
  Subject,
  type Subscription,
  throwError,
} from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { Actor, Exit, Ref } from '../../src/actor/actor.ts'
import { AskError, answer, ask, askTE } from '../../src/actor/ask.ts'
import type { Context } from '../../src/actor/behaviour.ts'
import { Mailbox } from '../../src/actor/mailbox.ts'
import type { Output } from '../../src/actor/output.ts'
import { spawn } from '../../src/actor/spawn.ts'

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
    expectObservable(ask(actor, question, Infinity)).toBe('--#', undefined, error)
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
  t.is(error.message, 'Actor "clerk" failed on the question: RangeError: out of paper')
  t.is(error.cause, broken)
  t.is(error.code, 'failed')
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
    t.throws(() => ask(actor, question, wrong), { instanceOf: TypeError, message: /'timeoutMs' must be/ })
})

// -- a plain question ------------------------------------------------------------------------------------------------------

type Message =
  | { readonly type: 'put'; readonly amount: number }
  | { readonly type: 'balance'; readonly replyTo: Ref<number> }
  | { readonly type: 'name'; readonly of: string; readonly replyTo: Ref<string> }

const account = () => {
  let balance = 0
  return (message: Message) => {
    if (message.type === 'put') balance += message.amount
    else if (message.type === 'balance') message.replyTo.next(balance)
    else message.replyTo.next(`${message.of}: ${balance}`)
  }
}

test('a plain question is given replyTo, and its reply has the type that the message says', async t => {
  const actor = spawn(account)
  actor.ref.next({ type: 'put', amount: 42 })
  const balance$ = ask(actor, { type: 'balance' }, 100)
  expectTypeOf(balance$).toEqualTypeOf<Observable<number>>()
  const name$ = ask(actor, { type: 'name', of: 'Ann' }, 100)
  expectTypeOf(name$).toEqualTypeOf<Observable<string>>()
  expectTypeOf(askTE(actor, { type: 'balance' }, 100)).toEqualTypeOf<TaskEither<Error, number>>()
  // @ts-expect-error no question of this actor
  ask(actor, { type: 'put', amount: 1 }, 100)
  // @ts-expect-error `of` is missing
  ask(actor, { type: 'name' }, 100)
  t.is(await firstValueFrom(balance$), 42)
  t.is(await firstValueFrom(name$), 'Ann: 42')
})

// -- no reply any more -----------------------------------------------------------------------------------------------------

const broken = new RangeError('out of paper')
const failing = () => (_: Question) => {
  throw broken
}
const failure = (code: string, message: RegExp) => ({ instanceOf: AskError, code, message })

test('a supervised actor that fails on the question fails it at once: by a throw, a rejection, a stream that errors', async t => {
  const ways: (() => (_: Question) => Output<never>)[] = [
    failing,
    () => () => Promise.reject(broken),
    () => () => throwError(() => broken),
  ]
  for (const way of ways) {
    const actor = spawn(way, { supervise: { max: 9, within: 9 } })
    const error = await t.throwsAsync(
      firstValueFrom(ask(actor, {}, Infinity)),
      failure('failed', /out of paper/),
    )
    t.is(error.cause, broken)
    actor.stop()
  }
})

test('only the question that the handler failed on fails; the next one is answered by the next life', async t => {
  let life = 0
  const actor = spawn(
    () => {
      life++
      return ({ replyTo }: Question) => {
        if (life === 1) throw broken
        replyTo.next(life)
      }
    },
    { supervise: { max: 1, within: 1000 } },
  )
  const replies = await Promise.allSettled([1, 2].map(() => firstValueFrom(ask(actor, {}, 1000))))
  t.deepEqual(
    replies.map(reply => (reply.status === 'fulfilled' ? reply.value : (reply.reason as AskError).code)),
    ['failed', 2],
  )
})

test('a reply before the failure counts', async t => {
  const actor = spawn(() => ({ replyTo }: Question) => {
    replyTo.next(1)
    throw broken
  })
  t.is(await firstValueFrom(ask(actor, {}, 100)), 1)
})

test('a full mailbox fails the question, and one that gives it up for another does, too', async t => {
  for (const overflow of ['fail', 'dropNewest', 'dropOldest'] as const) {
    const actor = spawn(() => (_: Question) => NEVER, { mailbox: { capacity: 1, overflow } })
    const asked = [1, 2, 3].map(() => firstValueFrom(ask(actor, {}, Infinity)))
    const code = overflow === 'dropOldest' ? 'evicted' : 'full'
    await t.throwsAsync(asked[overflow === 'dropOldest' ? 1 : 2] as Promise<number>, failure(code, /is full/))
    actor.stop()
    await Promise.allSettled(asked)
  }
})

test('a mailbox that takes no more messages fails the question, and a stop fails those that wait', async t => {
  const actor = spawn(() => (_: Question) => NEVER)
  const atWork = firstValueFrom(ask(actor, {}, Infinity))
  const waiting = firstValueFrom(ask(actor, {}, Infinity))
  actor.end()
  const late = firstValueFrom(ask(actor, {}, Infinity))
  await t.throwsAsync(late, failure('closed', /takes no more messages/))
  actor.stop()
  await t.throwsAsync(waiting, failure('exited', /exits, and will not come to the question/))
  await t.throwsAsync(atWork, failure('interrupted', /that life of it is over/))
})

test('a question at work fails when a child fails the life that works on it', async t => {
  const actor = spawn(
    ({ spawn }: Context<Question>) => {
      const child = spawn(failing)
      return question => {
        child.ref.next(question)
        return NEVER
      }
    },
    { supervise: { max: 9, within: 9 } },
  )
  await t.throwsAsync(firstValueFrom(ask(actor, {}, Infinity)), failure('failed', /out of paper/))
  actor.stop()
})

test('an actor that asks itself in its own turn fails at once: subscribed there, or returned', async t => {
  const asked: Promise<number>[] = []
  const subscribes: Actor<Question, void> = spawn(() => (_: Question) => {
    asked.push(firstValueFrom(ask(subscribes, {}, Infinity)))
  })
  subscribes.ref.next({ replyTo: new Subject<number>() })
  await t.throwsAsync(asked[0] as Promise<number>, failure('itself', /asked itself/))

  const returns: Actor<Question, number> = spawn(() => () => ask(returns, {}, Infinity))
  const exit = firstValueFrom(returns.exit$)
  returns.ref.next({ replyTo: new Subject<number>() })
  t.like((await exit).error, { code: 'itself' })

  const byMailbox: Actor<Question, number> = spawn(
    () => () => ask({ ref: byMailbox.mailbox }, {}, Infinity) as Observable<number>,
  )
  const itsExit = firstValueFrom(byMailbox.exit$)
  byMailbox.ref.next({ replyTo: new Subject<number>() })
  t.like((await itsExit).error, { code: 'itself' })
})

test('context.ask knows who asks, also after an await; and asks others as ask does', async t => {
  const clerk = spawn(
    () =>
      ({ replyTo }: Question) =>
        replyTo.next(42),
  )
  const customer: Actor<Question, string> = spawn(({ ask, self }: Context<Question>) => async () => {
    const reply = await firstValueFrom(ask(clerk, {}, 100))
    const error = await firstValueFrom(ask({ ref: self }, {}, Infinity)).catch(error => error)
    return `${reply} ${(error as AskError).code}`
  })
  const output = firstValueFrom(customer.out$)
  customer.ref.next({ replyTo: new Subject<number>() })
  t.is(await output, '42 itself')
})

test('an actor may answer by itself: what it returns is the reply, within the same time', t => {
  inVirtualTime(t).run(({ cold, expectObservable }) => {
    const oracle = {
      name: 'oracle',
      [answer]: (question: { ms: number }) => cold(`${'-'.repeat(question.ms)}(a|)`),
    }
    const reply$ = ask(oracle, { ms: 2 }, 5)
    expectTypeOf(reply$).toEqualTypeOf<Observable<string>>()
    expectObservable(reply$).toBe('--(a|)')
    const late = new AskError('timeout', 'Actor "oracle" did not reply within 5 ms')
    expectObservable(ask(oracle, { ms: 9 }, 5)).toBe('-----#', undefined, late)
  })
})

test('20,000 questions that wait are let go of in their order, at a constant cost each', t => {
  const actor = spawn(silent)
  const asked: Subscription[] = []
  for (let n = 0; n < 20_000; n++) asked.push(ask(actor, {}, Infinity).subscribe())
  const began = performance.now()
  for (const one of asked) one.unsubscribe()
  t.true(performance.now() - began < 1000)
})
