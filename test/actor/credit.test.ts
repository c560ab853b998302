/**
 * Nobody floods anybody across a border: what a place puts out is heard in slices of a turn, so that timers have theirs, and what
 * is told too fast waits in the mailbox on this side.
 */

import ava from 'ava'
import { firstValueFrom, take, tap, toArray } from 'rxjs'

import type { Ref } from '../../src/actor/actor.ts'
import { ask } from '../../src/actor/ask.ts'
import { spawn } from '../../src/actor/spawn.ts'
import { processes } from '../../src/crew/processes/processes.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import clerk from './actors/clerk.ts'

const test = ava.serial
const alive = setInterval(() => {}, 1000)
ava.after.always(() => clearInterval(alive))

const spin = (ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

for (const [name, crew] of Object.entries({ threads, processes })) {
  test(`${name}: whoever takes outputs slowly keeps the timers of this thread going`, async t => {
    await using actor = spawn(clerk, { on: crew() })
    await firstValueFrom(ask(actor, (replyTo: Ref<number>) => ({ does: 'count' as const, replyTo }), 30_000))
    let [ticks, longest, run] = [0, 0, 0]
    const timer = setInterval(() => {
      ticks++
      longest = Math.max(longest, run)
      run = 0
    }, 1)
    const outputs$ = actor.out$.pipe(
      tap(() => {
        run++
        spin(0.1)
      }),
      take(3000),
      toArray(),
    )
    const outputs = firstValueFrom(outputs$)
    actor.ref.next({ does: 'flood', many: 3000 })
    const came = await outputs
    clearInterval(timer)
    t.deepEqual(
      came,
      Array.from({ length: 3000 }, (_, i) => i),
    )
    t.log(`${ticks} ticks of a timer in 3,000 outputs of 0.1 ms, at most ${longest} between two`)
    // 2 ms of a turn are 20 of them; all at once would be one tick, and 3,000.
    t.true(ticks >= 30 && longest <= 200)
  })

  test(`${name}: what a fast sender tells a busy actor waits in the mailbox on this side`, async t => {
    await using actor = spawn(clerk, { on: crew(), mailbox: { capacity: 50_000 } })
    await using unbounded = spawn(clerk, { on: crew() })
    for (const one of [actor, unbounded]) {
      await firstValueFrom(ask(one, (replyTo: Ref<number>) => ({ does: 'count' as const, replyTo }), 30_000))
      one.ref.next({ does: 'pause', ms: 300 })
      for (let i = 0; i < 40_000; i++) one.ref.next({ does: 'nothing' })
    }
    // One at a time where it counts what waits, and in a process; else so many as keep the place busy.
    t.is(actor.mailbox.size, 40_000)
    t.is(unbounded.mailbox.size, name === 'threads' ? 40_001 - 16_384 : 40_000)
    const count = (one: typeof actor) =>
      firstValueFrom(ask(one, (replyTo: Ref<number>) => ({ does: 'count' as const, replyTo }), 60_000))
    t.is(await count(unbounded), 40_003)
    unbounded.stop()
  })
}
