/**
 * What a border adds to the contract of actors: messages are looked at where they are sent, refs work on the other side, a
 * place that dies is a failed life, and nothing is handled twice or lost in silence.
 */

import ava from 'ava'
import { expectTypeOf } from 'expect-type'
import { filter, firstValueFrom, lastValueFrom, type Observable, take, toArray } from 'rxjs'

import type { Actor, Ref } from '../../src/actor/actor.ts'
import { AskError, ask } from '../../src/actor/ask.ts'
import type { DeadLetter } from '../../src/actor/mailbox.ts'
import { spawn } from '../../src/actor/spawn.ts'
import { inline } from '../../src/crew/inline.ts'
import { processes } from '../../src/crew/processes/processes.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { defineActor } from '../../src/entries/worker.ts'
import clerk, { adder, stillborn } from './actors/clerk.ts'

const test = ava.serial
const crews = { inline, threads, processes }
// An actor at rest does not keep a process alive, and here there is nothing else.
const alive = setInterval(() => {}, 1000)
ava.after.always(() => clearInterval(alive))

const restarts = { max: 100, within: 60_000 }

const lettersOf = <M>(actor: Actor<M, unknown>): DeadLetter<M>[] => {
  const letters: DeadLetter<M>[] = []
  actor.mailbox.deadLetters$.subscribe(letter => letters.push(letter))
  return letters
}
const count = (actor: Actor<never, unknown>) =>
  firstValueFrom(ask(actor as never, (replyTo: Ref<number>) => ({ does: 'count', replyTo }), 30_000))
const echo = (actor: unknown, value: unknown) =>
  firstValueFrom(ask(actor as never, (replyTo: Ref<unknown>) => ({ does: 'echo', value, replyTo }), 30_000))

for (const [name, crew] of Object.entries(crews)) {
  test(`${name}: messages are decoded where they are sent, with the reason why one is none`, async t => {
    await using actor = spawn(adder, { on: crew() })
    expectTypeOf(actor.ref).toEqualTypeOf<Ref<{ n: number }>>()
    expectTypeOf(actor.out$).toEqualTypeOf<Observable<number>>()
    const letters = lettersOf(actor)
    const offered = actor.ref.offer({ n: 'one' } as never)
    t.is(offered.ok || offered.reason, 'refused')
    t.regex(
      String(!offered.ok && offered.error),
      /Actor "adder" does not take this message: n: expected number, got "one"/,
    )
    actor.ref.next('nonsense' as never)
    t.is(letters[0]?.why, 'refused')
    const sums = firstValueFrom(actor.out$.pipe(take(2), toArray()))
    for (const n of [1, 2]) actor.ref.next({ n })
    t.deepEqual(await sums, [1, 3])
  })

  test(`${name}: refs in messages work on the other side, also further down; its own ref comes back as its ref`, async t => {
    await using actor = spawn(clerk, { on: crew() })
    const heard: unknown[] = []
    const own = spawn(() => (value: unknown) => void heard.push(value))
    actor.ref.next({ does: 'tell', to: own.ref as Ref<unknown>, value: 1 })
    actor.ref.next({
      does: 'tell',
      to: own.ref as Ref<unknown>,
      value: 2,
      deep: [{ to: own.ref as Ref<unknown> }],
    })
    await count(actor as never)
    t.deepEqual(heard, [1, 2, 2])
    const self = await firstValueFrom(
      ask(actor, (replyTo: Ref<Ref<unknown>>) => ({ does: 'self' as const, replyTo }), 30_000),
    )
    t.is(self, actor.ref as Ref<unknown>)
  })

  test(`${name}: it asks an actor here, and one that lives elsewhere, too`, async t => {
    await using one = spawn(clerk, { on: crew() })
    await using other = spawn(clerk, { on: crew() })
    const here = spawn(
      () =>
        ({ replyTo }: { replyTo: Ref<number> }) =>
          replyTo.next(42),
    )
    const asked = (whom: unknown) =>
      firstValueFrom(
        ask(
          one,
          (replyTo: Ref<unknown>) => ({ does: 'ask' as const, whom: whom as Ref<unknown>, replyTo }),
          30_000,
        ),
      )
    t.is(await asked(here.ref), 42)
    t.is(await asked(other.ref), 1)
  })

  test(`${name}: a question of an actor elsewhere fails at once, too, where it is lost or failed on`, async t => {
    await using one = spawn(clerk, { on: crew() })
    const dead = spawn(clerk, { on: crew() })
    await using failing = spawn(
      (): ((question: unknown) => void) => () => {
        throw new RangeError('it fails on it')
      },
      { supervise: restarts },
    )
    await dead[Symbol.asyncDispose]()
    const asked = (whom: unknown) =>
      firstValueFrom(
        ask(
          one,
          (replyTo: Ref<unknown>) => ({ does: 'tryAsk' as const, whom: whom as Ref<unknown>, replyTo }),
          60_000,
        ),
      )
    t.is(await asked(dead.ref), 'closed')
    t.is(await asked(failing.ref), 'failed')
    t.is(await asked(one.ref), 'itself')
  })

  test(`${name}: it tells itself, sets timers, has children and watches them`, async t => {
    await using actor = spawn(clerk, { on: crew(), supervise: restarts })
    const first = (many: number) => firstValueFrom(actor.out$.pipe(take(many), toArray()))
    const own = first(3)
    actor.ref.next({ does: 'itself', times: 2 })
    t.deepEqual(await own, [2, 1, 0])
    const late = first(1)
    actor.ref.next({ does: 'later', ms: 1, value: 'later' })
    t.deepEqual(await late, ['later'])
    const watched = first(1)
    actor.ref.next({ does: 'child', fails: true, watched: true })
    t.deepEqual(await watched, ['child failed'])
    const restarted = firstValueFrom(actor.inspect$.pipe(filter(({ type }) => type === 'actor.restart')))
    actor.ref.next({ does: 'child', fails: true, watched: false })
    t.regex(((await restarted) as { why: string }).why, /Child "clerk\/\d" failed: Error: the child fails/)
  })

  test(`${name}: a handler that throws fails the question with its error, and the next life answers`, async t => {
    await using actor = spawn(clerk, { on: crew(), supervise: restarts })
    t.is(await count(actor as never), 1)
    const restarted = firstValueFrom(actor.inspect$.pipe(filter(({ type }) => type === 'actor.restart')))
    actor.ref.next({ does: 'throw' })
    t.like(await restarted, { why: 'RangeError: told to throw' })
    t.is(await count(actor as never), 1)
  })

  test(`${name}: a setup that fails is a failed life, with its error`, async t => {
    const actor = spawn(stillborn, { on: crew() })
    const exit = await lastValueFrom(actor.exit$)
    t.is(exit.why, 'failed')
    t.regex(String(exit.error), /it cannot be set up/)
  })

  test(`${name}: 20,000 outputs of one message come, in their order`, async t => {
    await using actor = spawn(clerk, { on: crew() })
    const outputs = firstValueFrom(actor.out$.pipe(take(20_000), toArray()))
    actor.ref.next({ does: 'flood', many: 20_000 })
    t.deepEqual(
      await outputs,
      Array.from({ length: 20_000 }, (_, i) => i),
    )
  })
}

for (const [name, crew] of Object.entries({ threads, processes })) {
  test(`${name}: a place that dies is a failed life: the message at work is a dead letter, the others are handled by the next`, async t => {
    await using actor = spawn(clerk, { on: crew(), supervise: restarts })
    const letters = lettersOf(actor)
    actor.exit$.subscribe()
    t.is(await count(actor as never), 1)
    actor.ref.next({ does: 'put', value: 'before' })
    actor.ref.next({ does: 'die' })
    const after = [1, 2, 3].map(value => echo(actor, value))
    t.deepEqual(await Promise.all(after), [1, 2, 3])
    t.is(letters.length, 1)
    t.like(letters[0], { why: 'failed', message: { does: 'die' } })
    t.regex(
      String((letters[0] as { error: unknown }).error),
      /The place of actor "clerk" died: its .* exited with code 3/,
    )
    t.is(await count(actor as never), 4)
  })

  test(`${name}: a question that its place dies at fails at once`, async t => {
    const actor = spawn(clerk, { on: crew() })
    actor.exit$.subscribe()
    const dies = (replyTo: Ref<unknown>) => ({ does: 'die' as const, replyTo })
    const error = await t.throwsAsync(firstValueFrom(ask(actor, dies, 30_000)), { instanceOf: AskError })
    t.is(error.code, 'failed')
    t.regex(error.message, /exited with code 3/)
  })

  test(`${name}: one that blocks beyond blockedMs, or runs out of memory, is a failed life`, async t => {
    const limited =
      name === 'threads'
        ? threads({ resourceLimits: { maxOldGenerationSizeMb: 32 } })
        : processes({ memoryLimit: 96 })
    await using actor = spawn(clerk, { on: limited, supervise: restarts, blockedMs: 2000 })
    const letters = lettersOf(actor)
    await count(actor as never)
    actor.ref.next({ does: 'block' })
    t.is(await count(actor as never), 1)
    actor.ref.next({ does: 'exhaust' })
    t.is(await count(actor as never), 1)
    const whys = letters.map(letter => String((letter as { error: unknown }).error))
    t.is(whys.length, 2)
    t.regex(whys[0] as string, /said nothing for 2000 ms \('blockedMs'\)/)
    t.regex(whys[1] as string, /ran out of memory/)
  })

  test(`${name}: a message that cannot be sent is a dead letter with the reason, the others arrive; a question so fails`, async t => {
    await using actor = spawn(clerk, { on: crew() })
    const letters = lettersOf(actor)
    actor.ref.next({ does: 'put', value: 1 })
    actor.ref.next({ does: 'put', value: () => {} })
    t.is(await count(actor as never), 2)
    t.like(letters[0], { why: 'refused', message: { does: 'put' } })
    t.regex(String((letters[0] as { error: unknown }).error), /could not be cloned/)
    await t.throwsAsync(echo(actor, Symbol('none')), { instanceOf: AskError, code: 'refused' })
  })

  test(`${name}: outputs of one message without end fail its life, and say how many were too many`, async t => {
    const actor = spawn(clerk, { on: crew() })
    const exit = lastValueFrom(actor.exit$)
    actor.ref.next({ does: 'flood', many: Infinity })
    t.regex(String((await exit).error), /It put out 100000 values more than were taken/)
  })

  test(`${name}: an output that cannot be sent fails its life, and says why`, async t => {
    const actor = spawn(clerk, { on: crew() })
    const exit = lastValueFrom(actor.exit$)
    actor.ref.next({ does: 'unsendable' })
    t.regex(String((await exit).error), /could not be cloned/)
  })

  test(`${name}: a full mailbox counts what waits, and not what is at work elsewhere`, async t => {
    await using actor = spawn(clerk, { on: crew(), mailbox: { capacity: 1 } })
    await count(actor as never)
    actor.ref.next({ does: 'later', ms: 1, value: 1 })
    t.true(actor.ref.offer({ does: 'nothing' }).ok)
    t.false(actor.ref.offer({ does: 'nothing' }).ok)
  })
}

test('a crew without a place for actors is refused by name, and so is a file that cannot be imported there', async t => {
  t.throws(() => spawn(clerk, { on: { name: 'bullmq' } }), {
    instanceOf: TypeError,
    message: /Cannot spawn actor "clerk" on bullmq: that crew has no place for actors/,
  })
  const nowhere = defineActor(
    { url: 'data:text/javascript,' },
    { name: 'nowhere', behaviour: () => (_: string) => {} },
  )
  const actor = spawn(nowhere, { on: threads() })
  t.regex(String((await lastValueFrom(actor.exit$)).error), /must be one that can be imported/)
  t.throws(() => defineActor(import.meta, { name: '', behaviour: () => (_: string) => {} }), {
    instanceOf: TypeError,
    message: /'name' must be a text that is not empty/,
  })
})

test('threads: of many messages that kill at random, each is handled or one dead letter, none twice', async t => {
  t.timeout(300_000, 'an actor hangs')
  await using actor = spawn(clerk, { on: threads(), supervise: { max: Infinity, within: 0 } })
  const letters = lettersOf(actor)
  const handled: unknown[] = []
  actor.out$.subscribe(value => handled.push(value))
  let kills = 0
  let rest = 12345
  for (let i = 0; i < 3000; i++) {
    rest = (rest * 1103515245 + 12345) % 2 ** 31
    if (rest % 300 === 0) {
      kills++
      actor.ref.next({ does: 'die' })
    } else actor.ref.next({ does: 'put', value: i })
  }
  await firstValueFrom(ask(actor, (replyTo: Ref<number>) => ({ does: 'count' as const, replyTo }), 300_000))
  t.is(letters.length, kills)
  t.is(new Set(handled).size, handled.length)
  // What was put out in the turn in which a place ended itself comes, too.
  t.is(handled.length, 3000 - kills)
})
