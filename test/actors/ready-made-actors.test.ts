/** The ready-made actors do what their headers say, here and on a thread. */

import ava from 'ava'
import { firstValueFrom } from 'rxjs'

import cache from '../../actors/cache.ts'
import tally from '../../actors/tally.ts'
import type { Ref } from '../../src/actor/actor.ts'
import { ask } from '../../src/actor/ask.ts'
import { shards, slotOf } from '../../src/actor/shards.ts'
import { spawn } from '../../src/actor/spawn.ts'
import { inline } from '../../src/crew/inline.ts'
import { threads } from '../../src/crew/threads/threads.ts'

const test = ava.serial
const alive = setInterval(() => {}, 1000)
ava.after.always(() => clearInterval(alive))

for (const [name, crew] of Object.entries({ inline, threads })) {
  test(`${name}: tally counts by key, and tells the keys that came most`, async t => {
    await using actor = spawn(tally, { on: crew() })
    for (const key of ['a', 'b', 'a']) actor.ref.next({ type: 'count', key })
    actor.ref.next({ type: 'count', key: 'c', by: 5 })
    t.is(await firstValueFrom(ask(actor, { type: 'of', key: 'a' }, 30_000)), 2)
    t.deepEqual(await firstValueFrom(ask(actor, { type: 'top', limit: 2 }, 30_000)), [
      ['c', 5],
      ['a', 2],
    ])
    actor.ref.next({ type: 'forget', key: 'c' })
    t.is(await firstValueFrom(ask(actor, { type: 'of', key: 'c' }, 30_000)), 0)
  })

  test(`${name}: cache asks once for each key, and keeps no failure`, async t => {
    const loads: string[] = []
    const source = spawn(() => ({ key, replyTo }: { key: string; replyTo: Ref<unknown> }) => {
      loads.push(key)
      if (key === 'bad') replyTo.error(new Error('no such key'))
      else replyTo.next(`value of ${key}`)
    })
    await using actor = spawn(cache, { on: crew() })
    const get = (key: string) =>
      firstValueFrom(ask(actor, { type: 'get', key, from: source.ref as Ref<unknown> }, 30_000))
    t.deepEqual(await Promise.all([get('a'), get('a'), get('b')]), ['value of a', 'value of a', 'value of b'])
    t.is(await get('a'), 'value of a')
    t.deepEqual(loads, ['a', 'b'])
    await t.throwsAsync(get('bad'), { message: 'no such key' })
    await t.throwsAsync(get('bad'), { message: 'no such key' })
    t.deepEqual(loads, ['a', 'b', 'bad', 'bad'])
    actor.ref.next({ type: 'forget', key: 'a' })
    await get('a')
    t.is(loads.length, 5)
  })

  test(`${name}: shards send the same key to the same one, in order, and are one actor from outside`, async t => {
    const keyOf = (message: object) => ('key' in message ? (message.key as string) : '')
    const all = shards(tally, { on: crew(), count: 3, keyOf, name: 'visits' })
    const keys = ['a', 'b', 'c', 'd', 'e', 'f']
    for (let i = 0; i < 60; i++) all.ref.next({ type: 'count', key: keys[i % 6] as string })
    for (const key of keys) t.is(await firstValueFrom(ask(all, { type: 'of', key }, 30_000)), 10)
    t.true(new Set(keys.map(key => slotOf(key, 3))).size > 1)
    const letters: unknown[] = []
    all.mailbox.deadLetters$.subscribe(letter => letters.push(letter.why))
    all.ref.next({ type: 'nonsense' } as never)
    t.deepEqual(letters, ['refused'])
    all.end()
    const exit = await firstValueFrom(all.exit$)
    t.is(exit.why, 'ended')
    t.is(all.ref.offer({ type: 'count', key: 'a' }).ok, false)
  })
}

test('a shard that fails for good stops the others, and is how the whole has failed', async t => {
  const all = shards(tally, { count: 3, keyOf: message => ('key' in message ? message.key : '') })
  const exit = firstValueFrom(all.exit$)
  const broken = { next: () => {}, error: () => {}, complete: () => {}, offer: () => ({ ok: true as const }) }
  Object.defineProperty(broken, 'next', {
    value: () => {
      throw new Error('a reply that throws')
    },
  })
  all.ref.next({ type: 'of', key: 'a', replyTo: broken })
  t.like(await exit, { why: 'failed', error: { message: 'a reply that throws' } })
})

test('shards need a count and a key', t => {
  const keyOf = () => ''
  for (const count of [0, 1.5, Infinity])
    t.throws(() => shards(tally, { count, keyOf }), {
      instanceOf: TypeError,
      message: /'count' must be a whole number/,
    })
  t.throws(() => shards(tally, { count: 1, keyOf: 'key' as never }), { instanceOf: TypeError })
  const all = shards(tally, { count: 2, keyOf: () => undefined as never })
  const offered = all.ref.offer({ type: 'count', key: 'a' })
  t.regex(String(!offered.ok && offered.error), /'keyOf' must give a text or a number, got undefined/)
  all.stop()
})
