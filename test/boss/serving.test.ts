/**
 * Every way to have one instruction done, in every state of a boss, on every crew: it waits, is done, or says at once why not.
 *
 *     not started · halted · at work · full · draining · ended · stopped · disposed · failed
 */

import test, { type ExecutionContext } from 'ava'
import { isLeft } from 'fp-ts/lib/Either.js'
import { firstValueFrom, lastValueFrom, of } from 'rxjs'

import { processes } from '../../src/entries/processes.ts'
import {
  AbortError,
  ask,
  Boss,
  type BossOptions,
  type Crew,
  inline,
  maxThreads,
  pull,
  type Report,
  result,
  threads,
} from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'
import { balances } from './desk-of-fakes.ts'

type Misbehave = typeof misbehave
type Serving = Boss<Misbehave>

const crews: Record<string, () => Crew> = { inline, threads, processes }
const answer = { act: 'answer' } as const
const nap = { act: 'nap', ms: 60 } as const

const make = (crew: () => Crew, options: Partial<BossOptions<Misbehave>> = {}): Serving =>
  new Boss({ workers: misbehave, crew: crew(), scheduler: maxThreads(1), graceMs: 50, ...options })

const codeOf = (error: unknown) => (error as { readonly code?: string }).code ?? String(error)

/** Every way to ask; each gives the result, or the code of why there is none. */
const ways: Record<string, (boss: Serving) => Promise<unknown>> = {
  run: boss => boss.run(answer).catch(codeOf),
  'run with a signal': boss => boss.run(answer, { signal: new AbortController().signal }).catch(codeOf),
  run$: boss => lastValueFrom(boss.run$(answer).pipe(result())).catch(codeOf),
  runTE: async boss => {
    const either = await boss.runTE(answer)()
    return isLeft(either) ? codeOf(either.left) : either.right
  },
  ask: boss =>
    firstValueFrom(ask(boss, answer, Infinity)).then(
      report => (report.kind === 'done' ? report.result : report.kind),
      codeOf,
    ),
  'delegate()': boss => lastValueFrom(of(answer).pipe(boss.delegate(), result())).catch(codeOf),
  'mailbox.offer': async boss => {
    const offered = boss.mailbox.offer(answer)
    return offered.ok ? 'fine' : offered.reason
  },
}

interface State {
  readonly options?: Partial<BossOptions<Misbehave>>
  /** Brings the boss there. What comes back brings it on, to where work is done. */
  readonly enter: (boss: Serving) => Promise<void> | void
  readonly goOn?: (boss: Serving) => void
  /** What every way gives there. */
  readonly gives: 'fine' | 'closed' | 'full'
}

const states: Record<string, State> = {
  'not started': { enter: () => {}, goOn: boss => void boss.start(), gives: 'fine' },
  halted: {
    enter: async boss => {
      await boss.start().run(answer)
      boss.halt()
    },
    goOn: boss => boss.resume(),
    gives: 'fine',
  },
  'at work': { enter: boss => void boss.start(), gives: 'fine' },
  full: {
    options: { mailbox: { capacity: 1 } },
    enter: async boss => {
      await boss.start().ready()
      boss.give({ act: 'nap', ms: 20_000 })
      boss.give(answer)
    },
    gives: 'full',
  },
  draining: {
    enter: boss => {
      boss.start().listen(
        pull(
          (async function* () {
            await new Promise(resolve => setTimeout(resolve, 200))
            yield answer
          })(),
        ),
      )
      boss.end()
    },
    gives: 'closed',
  },
  ended: {
    enter: boss => {
      boss.start().give(nap)
      boss.end()
    },
    gives: 'closed',
  },
  'ended before it was started': { enter: boss => boss.end(), gives: 'closed' },
  stopped: {
    enter: async boss => {
      boss.start().give(nap)
      await boss.stop()
    },
    gives: 'closed',
  },
  'stopping right now': {
    enter: boss => {
      boss.start().give(nap)
      void boss.stopThemWorking()
    },
    gives: 'closed',
  },
  disposed: { enter: boss => boss.start()[Symbol.asyncDispose](), gives: 'closed' },
  'failed by a rule': {
    options: {
      scheduler: {
        concurrency: 1,
        admits: () => {
          throw new Error('of the rule')
        },
      },
    },
    enter: async boss => {
      boss.give(answer)
      await boss.start().getReport({ block: true })
    },
    gives: 'closed',
  },
}

for (const [where, crew] of Object.entries(crews))
  for (const [name, { options, enter, goOn, gives }] of Object.entries(states))
    test(`${where}, ${name}: each way gives ${gives}`, async t => {
      await using boss = make(crew, options)
      boss.notices$.subscribe()
      await enter(boss)
      const before = boss.state.counts
      const { phase } = boss.state
      const given = Object.entries(ways).map(async ([way, ask]) => [way, await ask(boss)])
      if (goOn !== undefined) {
        await new Promise(setImmediate)
        t.is(boss.state.counts.done, before.done, 'nothing begins')
        goOn(boss)
      }
      t.deepEqual(
        Object.fromEntries(await Promise.all(given)),
        Object.fromEntries(Object.keys(ways).map(way => [way, gives])),
      )
      const { counts } = boss.state
      // Who is refused by `delegate()` because it is closed has given nothing. The counts of a final report are final.
      if (gives !== 'fine' && phase === 'live')
        t.true(counts.refused - before.refused >= Object.keys(ways).length - 1)
      t.true(balances(boss.state as never))
    })

/** When the signal aborts. */
const moments: Record<string, (t: ExecutionContext, boss: Serving) => Promise<void>> = {
  before: async (t, boss) => {
    const signal = AbortSignal.abort('enough')
    t.like(await boss.run(answer, { signal }).catch(error => error), { name: 'AbortError', cause: 'enough' })
    t.is(boss.state.counts.submitted, 0)
  },
  'while it waits': async (t, boss) => {
    await boss.ready()
    const first = boss.run(nap)
    const stop = new AbortController()
    const second = boss.run(answer, { signal: stop.signal }).catch(error => error)
    stop.abort('enough')
    t.like(await second, { name: 'AbortError', code: 'signal', cause: 'enough' })
    t.is(await first, await boss.run({ act: 'nap', ms: 1 }))
  },
  'while it is at work': async (t, boss) => {
    const stop = new AbortController()
    const running = boss.run({ act: 'obey' }, { signal: stop.signal }).catch(error => error)
    const begun = new Promise<void>(resolve => {
      const look = () => (boss.state.counts.running > 0 ? setTimeout(resolve, 30) : setTimeout(look, 5))
      look()
    })
    await begun
    stop.abort('enough')
    const error = await running
    t.true(error instanceof AbortError)
    t.like(error, { cause: 'enough' })
    t.is(await boss.run(answer), 'fine')
  },
  'when it is just settled': async (t, boss) => {
    const stop = new AbortController()
    boss.reports$.subscribe(() => stop.abort('too late'))
    t.is(await boss.run(answer, { signal: stop.signal }), 'fine')
    t.is(boss.state.counts.cancelled, 0)
  },
  'twice, for two of one signal': async (t, boss) => {
    const stop = new AbortController()
    const both = [1, 2].map(() => boss.run({ act: 'ignore' }, { signal: stop.signal }).catch(error => error))
    stop.abort('enough')
    stop.abort('again')
    for (const error of await Promise.all(both)) t.like(error, { name: 'AbortError', cause: 'enough' })
    t.is(boss.state.counts.cancelled, 2)
  },
}

for (const [where, crew] of Object.entries(crews)) {
  for (const [when, abort] of Object.entries(moments))
    test(`${where}: a signal that aborts ${when}`, async t => {
      await using boss = make(crew).start()
      await abort(t, boss)
      t.true(balances(boss.state as never))
    })

  test(`${where}: whoever unsubscribes in the same turn has it cancelled, and nothing begins`, async t => {
    await using boss = make(crew).start()
    const told: Report[] = []
    boss.reports$.subscribe(report => told.push(report))
    for (let n = 0; n < 3; n++) boss.run$(answer).subscribe().unsubscribe()
    of(answer).pipe(boss.delegate()).subscribe().unsubscribe()
    t.is(await boss.run(answer), 'fine')
    t.deepEqual(
      told.map(report => (report.kind === 'cancelled' ? report.code : report.kind)),
      ['unsubscribed', 'unsubscribed', 'unsubscribed', 'unsubscribed', 'done'],
    )
  })

  test(`${where}: whoever is told may run another, cancel one, or end the boss, in every way`, async t => {
    await using boss = make(crew).start()
    const answers: unknown[] = []
    let left = 10
    boss.reports$.subscribe(() => {
      if (left-- > 0) void boss.run(answer).then(one => answers.push(one))
      else if (left === -1) {
        boss.cancel(boss.give(answer))
        boss.run$(answer).subscribe().unsubscribe()
        boss.end()
      }
    })
    await boss.run(answer)
    const { counts } = await boss.getReport({ block: true })
    t.deepEqual(answers, Array(10).fill('fine'))
    t.like(counts, { done: 11, cancelled: 2 })
  })

  test(`${where}: one instruction may be given many times, by all ways at once`, async t => {
    await using boss = make(crew, { keepReports: false }).start()
    const answers = await Promise.all([
      ...Object.values(ways).map(ask => ask(boss)),
      ...Object.values(ways).map(ask => ask(boss)),
    ])
    t.deepEqual(new Set(answers), new Set(['fine']))
    t.is((await boss.waitTillFinished()).counts.done, answers.length)
  })
}
