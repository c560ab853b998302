/** A Boss, and a hired Worker in each crew of this machine, meet the contract of actors. */

import test from 'ava'
import { expectTypeOf } from 'expect-type'
import { map, type Observable } from 'rxjs'

import type { Actor } from '../../src/actor/actor.ts'
import { ask } from '../../src/actor/ask.ts'
import { Boss } from '../../src/boss/boss.ts'
import type { BossExit } from '../../src/boss/boss-exit.ts'
import { Worker } from '../../src/boss/hire.ts'
import type { Crew } from '../../src/crew/crew.ts'
import { inline } from '../../src/crew/inline.ts'
import { processes } from '../../src/crew/processes/processes.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import type { InspectEvent } from '../../src/inspect/events.ts'
import { maxThreads } from '../../src/scheduler/rules/max-threads.ts'
import type { Report, Settled } from '../../src/words/report.ts'
import type { InstructionOf, ResultOf } from '../../src/worker/worker.ts'
import { type Done, type Example, meetsActorContract } from './contract.ts'
import doer from './workers/doer.ts'

type Doer = typeof doer

/** As `hire` makes it, which promises it. */
const hired = (crew: Crew, mailbox: object | undefined) => new Worker(bossOf(crew, mailbox) as Boss<Doer>)

const bossOf = (crew: Crew, mailbox: object | undefined) =>
  new Boss({
    workers: doer,
    crew,
    scheduler: maxThreads(1),
    ...(mailbox !== undefined && { mailbox }),
  }).start()

const working = (open: (mailbox: object | undefined) => Boss<Doer> | Worker<Doer>): Example => ({
  open: mailbox => open(mailbox) as never,
  done: output => {
    const report = output as Report<Done>
    return report.kind === 'done' ? report.result : undefined
  },
  ask: (actor, job) =>
    (ask(actor as never, job as never, 20_000) as Observable<Settled<Done>>).pipe(
      map(report => {
        if (report.kind === 'done') return report.result
        throw new Error(report.kind)
      }),
    ),
  failed: async reply => {
    const { message } = await reply.then(
      () => new Error('it was done'),
      (error: Error) => error,
    )
    if (message !== 'failed') throw new Error(message)
  },
  deadLetter: 'actor.deadLetter',
})

const crews = { inline, threads, processes }
for (const [name, crew] of Object.entries(crews)) {
  meetsActorContract(
    `a Worker, ${name}`,
    working(mailbox => hired(crew(), mailbox)),
  )
}
meetsActorContract(
  'a Boss',
  working(mailbox => bossOf(inline(), mailbox)),
)
meetsActorContract(
  'a Boss with threads',
  working(mailbox => bossOf(threads(), mailbox)),
)

test('Boss and Worker are actors by type: instructions in, reports out', t => {
  type Works = Actor<InstructionOf<Doer>, Report<Done>, InspectEvent>
  expectTypeOf<Boss<Doer>>().toMatchTypeOf<Works>()
  expectTypeOf<Worker<Doer>>().toMatchTypeOf<Works>()
  expectTypeOf<BossExit['why']>().toEqualTypeOf<'ended' | 'stopped' | 'failed'>()
  const boss = new Boss({ workers: doer, crew: inline() })
  expectTypeOf(ask(boss, { n: 1, does: 'answer' }, 100)).toEqualTypeOf<Observable<Settled<ResultOf<Doer>>>>()
  // @ts-expect-error no instruction of this boss
  ask(boss, { n: 'one' }, 100)
  t.pass()
})

test('whoever subscribes to the mailbox of a boss sees each instruction when it is handed to a worker', async t => {
  const boss = new Boss({ workers: doer, crew: inline(), scheduler: maxThreads(1) })
  const log: unknown[] = []
  boss.mailbox.subscribe({ next: ({ n }) => log.push(`handed ${n}`), complete: () => log.push('|') })
  for (const n of [0, 1]) boss.mailbox.next({ n, does: 'answer' })
  t.deepEqual(log, [])
  boss.makeThemWork()
  await boss.waitTillFinished()
  t.deepEqual(log, ['handed 0', 'handed 1', '|'])
})

test('a boss that fails says so on its exit, with the failure', async t => {
  const boss = new Boss({ workers: doer, crew: inline(), onFailure: 'stopRightNow' }).start()
  boss.mailbox.next({ n: 1, does: 'fail' })
  const exit = await new Promise<BossExit>(resolve => boss.exit$.subscribe(resolve))
  t.like(exit, { why: 'failed', status: 'failed' })
  t.regex(String(exit.error), /job 1 fails/)
})

test('what a boss does not take is a dead letter, counted, with the reason; unobserved it is told on stderr, once', t => {
  const boss = new Boss({ workers: doer, crew: inline() })
  const letters: unknown[] = []
  const bad = { n: 'one', does: 'answer' } as never
  const told = onStderr(() => {
    boss.mailbox.next(bad)
    boss.ref.next(bad)
  })
  t.is(told.length, 1)
  t.regex(
    String(told[0]),
    /^rxboss: boss "boss" did not take an instruction, and nobody observes that: .* n: expected/s,
  )
  boss.mailbox.deadLetters$.subscribe(letter => letters.push(letter.why, (letter.error as Error).message))
  t.deepEqual(
    onStderr(() => boss.mailbox.next(bad)),
    [],
  )
  t.is(letters[0], 'refused')
  t.regex(String(letters[1]), /n: expected number/)
  t.is(boss.state.counts.refused, 3)
  boss.mailbox.next({ n: 0, does: 'answer' }) // waits, so that the boss is not over
  boss.mailbox.complete()
  boss.mailbox.next({ n: 1, does: 'answer' })
  t.deepEqual([letters[2], boss.state.counts.refused], ['closed', 4])
})

/** What is printed by way of the console. */
function onStderr(act: () => void): unknown[] {
  const told: unknown[] = []
  const before = console.error
  console.error = text => told.push(text)
  try {
    act()
  } finally {
    console.error = before
  }
  return told
}
