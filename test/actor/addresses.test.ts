/**
 * What a border keeps of the addresses that cross it: those of questions until these are over, others for as long as somebody on
 * the other side has them.
 *
 * Goal: nothing is left in any table, on either side. Method: two borders in one thread, what is said between them is cloned as
 * a thread would; a collection of garbage when it is asked for.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import test from 'ava'
import { firstValueFrom } from 'rxjs'

import type { Ref } from '../../src/actor/actor.ts'
import { ask } from '../../src/actor/ask.ts'
import { Border, type Frame, says } from '../../src/actor/border.ts'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Until the garbage is told of. */
async function collect(until: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !until(); i++) {
    gc()
    await pause(5)
  }
}

/** Two sides of a border; `hear` gets each message that arrives there. */
function connected(hear: (message: unknown) => void) {
  const sides: { here: Border; there: Border } = {} as never
  const deliver = (to: Border, frames: readonly Frame[], hear: (message: unknown) => void) => {
    for (const frame of structuredClone(frames)) {
      if (frame[0] === says.messages) for (const message of to.valuesOf(frame)) hear(message)
      else if (frame[0] === says.call) to.called(frame, hear)
      else if (frame[0] === says.released) to.released(frame)
    }
  }
  const nobody = () => {}
  const border = (other: () => Border, hear: (message: unknown) => void) =>
    new Border({
      post: frames => {
        structuredClone(frames)
        queueMicrotask(() => deliver(other(), frames, hear))
      },
      refuse: nobody,
      lost: nobody,
    })
  sides.here = border(() => sides.there, hear)
  sides.there = border(() => sides.here, nobody)
  return sides
}

const mute = (heard: unknown[] = []): Ref<unknown> => ({
  next: value => void heard.push(value),
  error: () => {},
  complete: () => {},
  offer: () => ({ ok: true }),
})

test('the addresses of 2,000 questions are forgotten as they are answered, on both sides', async t => {
  const { here, there } = connected(message => {
    const { n, replyTo } = message as { readonly n: number; readonly replyTo: Ref<number> }
    replyTo.next(n)
  })
  const actor = {
    ref: { next: (value: unknown) => here.value(value) },
  }
  for (let n = 0; n < 2000; n++)
    t.is(await firstValueFrom(ask(actor, (replyTo: Ref<number>) => ({ n, replyTo }), 1000)), n)
  t.deepEqual(here.kept, { ours: 0, theirs: 0 })
  t.deepEqual(there.kept, { ours: 0, theirs: 0 })
})

test('an address that was sent, let go of over there, and sent again meanwhile, is forgotten in the end', async t => {
  const kept: unknown[] = []
  const { here, there } = connected(message => kept.push(message))
  const own = mute()
  const send = async () => {
    here.value({ to: own })
    await pause(1)
  }
  await send()
  await send()
  t.deepEqual(
    [here.kept, there.kept],
    [
      { ours: 1, theirs: 0 },
      { ours: 0, theirs: 1 },
    ],
  )
  t.is(new Set(kept.map(message => (message as { to: unknown }).to)).size, 1)
  kept.length = 0
  // The other side tells that it has let go in the same turn in which the address is sent again: both are on their way.
  const letGo = there.send.bind(there)
  let crossed = false
  there.send = frame => {
    if (frame[0] === says.released && !crossed) {
      crossed = true
      here.value({ to: own })
    }
    letGo(frame)
  }
  await collect(() => crossed)
  t.true(crossed)
  await pause(1)
  t.deepEqual(here.kept, { ours: 1, theirs: 0 })
  kept.length = 0
  await collect(() => here.kept.ours === 0)
  t.deepEqual(
    [here.kept, there.kept],
    [
      { ours: 0, theirs: 0 },
      { ours: 0, theirs: 0 },
    ],
  )
})
