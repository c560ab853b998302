/**
 * What crosses a border crosses in batches: what befalls one message of a batch is nothing to the others.
 *
 * Goal: each message is handled once, whoever fails beside it. Method: many are told in one turn, one of them fails, cannot be
 * sent, moves a buffer, or has an address far down; what was put out says who was handled.
 */

import ava from 'ava'
import { firstValueFrom, lastValueFrom } from 'rxjs'

import type { Actor, Ref } from '../../src/actor/actor.ts'
import { ask } from '../../src/actor/ask.ts'
import type { DeadLetter } from '../../src/actor/mailbox.ts'
import { spawn } from '../../src/actor/spawn.ts'
import { inline } from '../../src/crew/inline.ts'
import { processes } from '../../src/crew/processes/processes.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { transfer } from '../../src/words/transfer.ts'
import keeper, { type Kept } from './actors/keeper.ts'

const test = ava.serial
const alive = setInterval(() => {}, 1000)
ava.after.always(() => clearInterval(alive))

const restarts = { max: 100, within: 60_000 }
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const keep = (actor: Actor<Kept, unknown>, values: readonly unknown[]) => {
  for (const value of values) actor.ref.next({ does: 'keep', value })
}
const all = (actor: Actor<Kept, unknown>) =>
  firstValueFrom(
    ask(actor, (replyTo: Ref<readonly unknown[]>) => ({ does: 'all' as const, replyTo }), 30_000),
  )

function opened(on: ReturnType<typeof threads>) {
  const actor = spawn(keeper, { on, supervise: restarts })
  const out: unknown[] = []
  actor.out$.subscribe(value => out.push(value))
  const letters: DeadLetter<Kept>[] = []
  actor.mailbox.deadLetters$.subscribe(letter => letters.push(letter))
  return { actor, out, letters }
}

for (const [name, crew] of Object.entries({ inline, threads, processes })) {
  for (const how of ['throw', 'reject'] as const) {
    test(`${name}: of a batch in which one message fails (${how}) the others are handled, each once`, async t => {
      const { actor, out, letters } = opened(crew())
      await all(actor)
      keep(actor, numbers(0, 500))
      actor.ref.next({ does: 'fail', how })
      keep(actor, numbers(500, 1000))
      t.deepEqual(await all(actor), numbers(500, 1000))
      t.deepEqual(out, numbers(0, 1000))
      t.deepEqual(letters, [])
      await actor[Symbol.asyncDispose]()
    })
  }

  test(`${name}: an actor that fails while it ends is set up again, and handles what it had`, async t => {
    const { actor, out, letters } = opened(crew())
    await all(actor)
    keep(actor, numbers(0, 50))
    actor.ref.next({ does: 'fail', how: 'throw' })
    keep(actor, numbers(50, 100))
    actor.end()
    t.like(await lastValueFrom(actor.exit$), { why: 'ended', restarts: 1 })
    t.deepEqual(out, numbers(0, 100))
    t.deepEqual(letters, [])
  })
}

for (const [name, crew] of Object.entries({ threads, processes })) {
  test(`${name}: a place that dies while its actor ends is followed by another, which handles the rest`, async t => {
    const { actor, out, letters } = opened(crew())
    await all(actor)
    keep(actor, numbers(0, 50))
    actor.ref.next({ does: 'fail', how: 'exit' })
    keep(actor, numbers(50, 100))
    actor.end()
    t.like(await lastValueFrom(actor.exit$), { why: 'ended', restarts: 1 })
    t.deepEqual(out, numbers(0, 100))
    t.is(letters.length, 1)
    t.like(letters[0], { why: 'failed', message: { does: 'fail' } })
  })

  test(`${name}: beside a message that cannot be sent others arrive whole: in circles, shared within, moved`, async t => {
    const { actor, letters } = opened(crew())
    const circle: { self?: unknown; readonly list: unknown[] } = { list: [] }
    circle.self = circle
    circle.list.push(circle)
    const buffers = [1, 2, 3].map(n => new Uint8Array([n]).buffer)
    actor.ref.next({ does: 'keep', value: circle })
    for (const [i, buffer] of buffers.entries()) {
      actor.ref.next(transfer({ does: 'keep', value: buffer }, [buffer]))
      if (i === 1) actor.ref.next({ does: 'keep', value: () => 'it cannot be sent' })
    }
    const [first, ...moved] = await all(actor)
    const back = first as typeof circle
    t.is(back.self, back)
    t.is(back.list[0], back)
    t.deepEqual(
      moved.map(buffer => [...new Uint8Array(buffer as ArrayBuffer)]),
      [[1], [2], [3]],
    )
    t.is(letters.length, 1)
    t.like(letters[0], { why: 'refused' })
    if (name === 'threads')
      t.deepEqual(
        buffers.map(({ byteLength }) => byteLength),
        [0, 0, 0],
      )
    await actor[Symbol.asyncDispose]()
  })

  test(`${name}: a circle with an address in it arrives, and the address works`, async t => {
    const { actor } = opened(crew())
    const heard: unknown[] = []
    const here = spawn(() => (value: unknown) => void heard.push(value))
    const circle: { self?: unknown; readonly far: { readonly to: Ref<unknown> }[] } = {
      far: [{ to: here.ref as Ref<unknown> }],
    }
    circle.self = circle
    actor.ref.next({ does: 'keep', value: circle })
    const [back] = (await all(actor)) as [typeof circle]
    t.is(back.self, back)
    t.is(back.far[0]?.to, here.ref as Ref<unknown>)
    await actor[Symbol.asyncDispose]()
  })
}

test('threads: a buffer that two messages move goes with the first; the second is a dead letter', async t => {
  const { actor, letters } = opened(threads())
  const { buffer } = new Uint8Array([7])
  actor.ref.next(transfer({ does: 'keep', value: buffer }, [buffer]))
  actor.ref.next(transfer({ does: 'keep', value: buffer }, [buffer]))
  actor.ref.next({ does: 'keep', value: 'next' })
  const kept = await all(actor)
  t.is((kept[0] as ArrayBuffer).byteLength, 1)
  t.deepEqual(kept.slice(1), ['next'])
  t.like(letters[0], { why: 'refused' })
  t.is(letters.length, 1)
  await actor[Symbol.asyncDispose]()
})
