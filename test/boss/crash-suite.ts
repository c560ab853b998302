/**
 * Whatever happens to a worker, every instruction gets exactly one final report. One suite for every crew whose work runs
 * elsewhere: `survivesCrashes('threads', kit)`.
 */

import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import ava, { type ExecutionContext } from 'ava'
import { firstValueFrom } from 'rxjs'

import {
  Boss,
  BossFailure,
  type BossOptions,
  type Crew,
  exclusive,
  failureToError,
  maxThreads,
  type Report,
  type Settled,
} from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'
import broken from '../fixtures/throws-on-import.ts'
import { balances } from './desk-of-fakes.ts'

export interface CrewOptions {
  readonly size?: number
  readonly min?: number
  readonly idleMs?: number
  readonly recycleAfter?: number
}

/** What the suite needs to know of a crew. */
export interface CrewKit {
  readonly make: (options?: CrewOptions) => Crew
  /** With so little memory for each place that some dozen MB are too many. */
  readonly small: () => Crew
  /** Default: one after the other, since each has workers of its own. */
  readonly test?: typeof ava.serial
  /** Titles of what makes no sense on this crew, each with its reason. */
  readonly skipped?: readonly (readonly [title: RegExp, why: string])[]
}

type Options = Partial<BossOptions<typeof misbehave>>
type Act = Parameters<Boss<typeof misbehave>['give']>[0]['act']

export function survivesCrashes(name: string, kit: CrewKit): void {
  const { make, small, test = ava.serial, skipped = [] } = kit
  /** A test with a limit that names what hung. */
  const check = (title: string, run: (t: ExecutionContext) => Promise<void>) => {
    const skip = skipped.find(([pattern]) => pattern.test(title))
    if (skip !== undefined) return test.skip(`${name}: ${title} (${skip[1]})`, () => {})
    return test(`${name}: ${title}`, async t => {
      t.timeout(30_000, `${title}: something hangs`)
      await run(t)
    })
  }

  const boss = (options: Options = {}) => {
    const one = new Boss<typeof misbehave>({
      workers: misbehave,
      scheduler: maxThreads(1),
      crew: make(),
      graceMs: 200,
      ...options,
    })
    const reports: Report[] = []
    one.reports$.subscribe(report => reports.push(report))
    return { boss: one, reports }
  }
  const finalsOf = (reports: readonly Report[]) =>
    reports.filter(({ kind }) => kind !== 'interim') as Settled[]

  /** One ticket, A working, B pending: B is done whatever A does. */
  const aThenB = async (act: Act, options: Options = {}) => {
    const { boss: one, reports } = boss(options)
    await using _ = one
    one.give({ act })
    one.give({ act: 'answer' })
    one.makeThemWork()
    const final = await one.waitTillFinished()
    const finals = finalsOf(reports)
    return { a: finals.find(({ id }) => id === 0), b: finals.find(({ id }) => id === 1), final, reports }
  }

  /** Resolves once an instruction's work has begun. */
  const begun = (one: Boss<typeof misbehave>, id: number) =>
    new Promise<void>(resolve => {
      one.inspect$.subscribe(event => {
        if (event.type === 'instruction.start' && event.id === id) setTimeout(resolve, 50)
      })
    })

  for (const [act, code] of [
    ['exit0', 0],
    ['exit3', 3],
  ] as const) {
    check(`process.exit(${code}) in the work is a crash naming the code, and the next is done`, async t => {
      const { a, b, final } = await aThenB(act)
      t.like(a, { kind: 'failed', failure: { code: 'crashed' } })
      t.regex((a as { failure: { why: string } }).failure.why, new RegExp(`code ${code}`))
      t.like(b, { kind: 'done', result: 'fine' })
      t.true(balances(final))
    })
  }

  for (const act of ['throwFromTimer', 'rejectUnheard'] as const) {
    check(`${act}: a crash with the thrown error as its cause`, async t => {
      const { a, b } = await aThenB(act)
      t.like(a, { kind: 'failed', failure: { code: 'crashed', error: { name: 'RangeError' } } })
      t.like(b, { kind: 'done' })
    })
  }

  check('out of memory settles its culprit alone', async t => {
    const { a, b } = await aThenB('allocate', { crew: small() })
    t.like(a, { kind: 'failed', failure: { code: 'outOfMemory' } })
    t.like(b, { kind: 'done' })
  })

  check(
    'a file that throws on import: a storm with that error as its cause, no endless starting',
    async t => {
      await using one = new Boss({
        workers: broken,
        scheduler: maxThreads(1),
        crew: make(),
        supervise: { max: 2, within: 5000 },
      })
      let starts = 0
      one.inspect$.subscribe(event => {
        if (event.type === 'worker.spawn') starts++
      })
      one.give({})
      one.give({})
      one.makeThemWork()
      const error = await t.throwsAsync(one.waitTillFinished(), {
        instanceOf: BossFailure,
        message: /broken at import/,
      })
      t.like(error.report.counts, { failed: 2, submitted: 2 })
      t.is(starts, 2)
    },
  )

  check('a file that blocks while it is imported does not keep dispose waiting', async t => {
    const url = new URL('../fixtures/blocks-at-load.js', import.meta.url).href
    const one = new Boss({ workers: { ...misbehave, url }, crew: make() })
    one.give({ act: 'answer' })
    one.makeThemWork()
    await sleep(300)
    await one[Symbol.asyncDispose]()
    t.like(one.state.counts, { submitted: 1, pending: 1 })
  })

  for (const act of ['loop', 'ignore'] as const) {
    check(
      `cancel ends work that ${act}s, by force after the grace period, and the next begins (1.24)`,
      async t => {
        const { boss: one, reports } = boss()
        await using _ = one
        const id = one.give({ act })
        one.give({ act: 'answer' })
        const atWork = begun(one, id)
        one.makeThemWork()
        await atWork
        t.true(one.cancel(id, 'enough'))
        t.false(one.cancel(id, 'again'))
        await one.waitTillFinished()
        t.like(reports[0], { kind: 'cancelled', id: 0, reason: 'enough' })
        t.like(reports[1], { kind: 'done', id: 1 })
      },
    )
  }

  check('work that obeys its signal cleans up, and keeps its place (1.24)', async t => {
    const { boss: one, reports } = boss()
    await using _ = one
    one.give({ act: 'where' })
    const id = one.give({ act: 'obey' })
    one.give({ act: 'where' })
    const atWork = begun(one, id)
    one.makeThemWork()
    await atWork
    one.cancel(id)
    await one.waitTillFinished()
    const kinds = reports.map(({ kind, id: of }) => `${kind} ${of}`)
    t.deepEqual(kinds, ['done 0', 'interim 1', 'cancelled 1', 'done 2'])
    t.is((reports[0] as { result: unknown }).result, (reports[3] as { result: unknown }).result)
  })

  check('a signal that was aborted before cancels at once, and touches no worker (1.23)', async t => {
    const { boss: one, reports } = boss()
    await using _ = one
    one.give({ act: 'answer', signal: AbortSignal.abort('no') })
    await Promise.resolve()
    t.like(reports[0], { kind: 'cancelled', reason: 'no' })
    one.makeThemWork()
    await one.waitTillFinished()
    t.is(one.state.workers.length, 0)
  })

  check('what a lane was given and had not begun is cancelled, and the next one begins (1.23)', async t => {
    for (const scheduler of [maxThreads(1), exclusive(() => ['one at a time'])]) {
      for (let ticks = 0; ticks < 6; ticks++) {
        const { boss: one, reports } = boss({ scheduler, timeout: 20_000 })
        await using _ = one
        one.give({ act: 'answer' })
        one.makeThemWork()
        await firstValueFrom(one.reports$) // its lane is ready now
        const abort = new AbortController()
        const id = one.give({ act: 'answer', signal: abort.signal })
        one.give({ act: 'answer' })
        for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
        if (ticks % 2 === 0) abort.abort('taken back')
        else one.cancel(id, 'taken back')
        await one.waitTillFinished()
        t.is(finalsOf(reports).length, 3)
        t.is(finalsOf(reports).find(report => report.id === 2)?.kind, 'done')
      }
    }
  })

  check('200 pending on one signal: all are cancelled, and no listener is left (1.23)', async t => {
    const warnings: Error[] = []
    const warned = (warning: Error) => warnings.push(warning)
    process.on('warning', warned)
    const { boss: one, reports } = boss()
    await using _ = one
    const abort = new AbortController()
    one.give({ act: 'answer' })
    for (let n = 0; n < 200; n++) one.give({ act: 'nap', ms: 10_000, signal: abort.signal })
    const first = firstValueFrom(one.reports$)
    one.makeThemWork()
    await first
    abort.abort('no more')
    const { counts } = await one.waitTillFinished()
    t.like(counts, { done: 1, cancelled: 200 })
    t.is(finalsOf(reports).length, 201)
    t.is(getEventListeners(abort.signal, 'abort').length, 0)
    await new Promise(resolve => setImmediate(resolve))
    process.off('warning', warned)
    t.deepEqual(warnings, [])
  })

  check(
    'when one that others were handed behind is cancelled, they are done as their first attempt (1.5)',
    async t => {
      const { boss: one, reports } = boss()
      await using _ = one
      const id = one.give({ act: 'loop' })
      for (let n = 0; n < 8; n++) one.give({ act: 'answer' })
      const atWork = begun(one, id)
      one.makeThemWork()
      await atWork
      one.cancel(id)
      await one.waitTillFinished()
      const others = finalsOf(reports).filter(report => report.id !== id)
      t.is(others.length, 8)
      t.true(others.every(report => report.kind === 'done' && report.attempt === 1))
    },
  )

  check('a timeout counts the work alone; a queueTimeout the wait (1.25)', async t => {
    const { boss: one, reports } = boss()
    await using _ = one
    one.give({ act: 'nap', ms: 600 })
    const slow = one.give({ act: 'nap', ms: 50, timeout: 400 })
    const late = one.give({ act: 'answer', queueTimeout: 300 })
    one.makeThemWork()
    await one.waitTillFinished()
    t.like(
      reports.find(({ id }) => id === slow),
      { kind: 'done' },
    )
    t.like(
      reports.find(({ id }) => id === late),
      { kind: 'cancelled' },
    )
  })

  check('work that runs too long fails as timeout, and is repeated where it may be (1.25)', async t => {
    const { boss: one, reports } = boss({ backoff: () => 0 })
    await using _ = one
    one.give({ act: 'loop', timeout: 100, retries: 1 })
    one.give({ act: 'answer' })
    one.makeThemWork()
    await one.waitTillFinished()
    const finals = finalsOf(reports)
    t.like(
      finals.find(({ id }) => id === 0),
      { kind: 'failed', attempt: 2, failure: { code: 'timeout' } },
    )
    t.like(
      finals.find(({ id }) => id === 1),
      { kind: 'done' },
    )
  })

  check(
    'one that kills its worker in every attempt is poison, and costs no more than that (1.13, 1.16)',
    async t => {
      const { boss: one, reports } = boss({ backoff: () => 0 })
      await using _ = one
      one.give({ act: 'exit3', retries: 1 })
      for (let n = 0; n < 5; n++) one.give({ act: 'answer' })
      let starts = 0
      one.inspect$.subscribe(event => {
        if (event.type === 'worker.spawn') starts++
      })
      one.makeThemWork()
      const { counts } = await one.waitTillFinished()
      t.like(counts, { failed: 1, done: 5 })
      t.like(
        finalsOf(reports).find(({ id }) => id === 0),
        { attempt: 2, failure: { code: 'poison' } },
      )
      t.true(starts <= 3)
    },
  )

  check(
    'what cannot be sent is unserialisable and names the path; an error’s field becomes text',
    async t => {
      const { a: result, b } = await aThenB('returnFunction')
      t.like(result, { kind: 'failed', failure: { code: 'unserialisable' } })
      t.regex((result as { failure: { why: string } }).failure.why, /rows\[1\]\.handler/)
      t.like(b, { kind: 'done' })
      const { a: note } = await aThenB('noteFunction')
      t.like(note, { kind: 'failed', failure: { code: 'unserialisable' } })
      const { a: error } = await aThenB('throwWithFunction')
      t.like(error, {
        kind: 'failed',
        failure: { code: 'threw', error: { name: 'TypeError', code: 'E_FN' } },
      })
    },
  )

  check('errors keep class name, message, stack, code, cause and own fields', async t => {
    const { a } = await aThenB('throwClass')
    t.is(a?.kind, 'failed')
    if (a?.kind !== 'failed') return
    t.like(a.failure.error, {
      name: 'Unrebuildable',
      message: 'it is odd',
      code: 'E_ODD',
      details: { rows: [1, 2] },
    })
    const error = failureToError(a.failure)
    t.true(error instanceof Error)
    t.true(error.cause instanceof TypeError)
    t.like((await aThenB('throwOne')).a, { kind: 'failed', failure: { code: 'threw' } })
    t.like((await aThenB('throwUndefined')).a, { kind: 'failed', failure: { code: 'threw' } })
  })

  check('equals start in order of arrival (1.17)', async t => {
    const { boss: one } = boss()
    await using _ = one
    const started: number[] = []
    one.inspect$.subscribe(event => {
      if (event.type === 'instruction.start') started.push(event.id)
    })
    // Some end while the results of those before them are on their way.
    for (let n = 0; n < 200; n++) one.give({ act: 'nap', ms: n % 3 === 0 ? 1 : 0 })
    one.makeThemWork()
    await one.waitTillFinished()
    t.deepEqual(
      started,
      Array.from({ length: 200 }, (_, n) => n),
    )
  })

  check('what is at work is seen, though the results of those before it are not sent yet', async t => {
    const { boss: one } = boss()
    await using _ = one
    const looping: number[] = []
    const seen = new Promise<void>(resolve => {
      one.inspect$.subscribe(event => {
        if (event.type !== 'instruction.start' || !looping.includes(event.id)) return
        one.cancel(event.id, 'seen')
        if (event.id === looping.at(-1)) resolve()
      })
    })
    for (let round = 0; round < 4; round++) {
      for (let n = 0; n < 40; n++) one.give({ act: 'answer' })
      looping.push(one.give({ act: 'loop' }))
    }
    one.makeThemWork()
    await seen
    const { counts } = await one.waitTillFinished()
    t.is(counts.cancelled, 4)
  })

  check('a crew that has idled away opens again; long work is no idling (1.19)', async t => {
    const { boss: one } = boss({ crew: make({ idleMs: 50 }) })
    await using _ = one
    const gone = new Promise<void>(resolve => {
      one.inspect$.subscribe(event => {
        if (event.type === 'worker.exit' && event.reason === 'idle') resolve()
      })
    })
    one.makeThemWork()
    one.give({ act: 'nap', ms: 600 })
    await gone
    t.like(one.state.counts, { done: 1 })
    t.is(one.state.workers.length, 0)
    one.give({ act: 'answer' })
    t.like((await one.waitTillFinished()).counts, { done: 2 })
  })

  check('recycled after each instruction, nothing is lost, and no more than the size are there', async t => {
    const { boss: one } = boss({ crew: make({ recycleAfter: 1 }), scheduler: maxThreads(2) })
    await using _ = one
    let [open, most, starts] = [0, 0, 0]
    one.inspect$.subscribe(event => {
      if (event.type === 'worker.spawn') {
        most = Math.max(most, ++open)
        starts++
      } else if (event.type === 'worker.exit') open--
    })
    for (let n = 0; n < 6; n++) one.give({ act: 'nap', ms: 5 })
    one.makeThemWork()
    t.like((await one.waitTillFinished()).counts, { done: 6 })
    t.is(most, 2)
    t.is(starts, 6)
  })

  for (const end of ['end', 'stop', 'stopListening', 'stopThemWorking'] as const) {
    check(`${end}, twice, with work running and pending, and on an idle boss (1.27)`, async t => {
      const { boss: one, reports } = boss()
      const id = one.give({ act: 'nap', ms: 100 })
      one.give({ act: 'nap', ms: 1 })
      const atWork = begun(one, id)
      one.makeThemWork()
      await atWork
      const first = one[end]()
      const second = one[end]()
      const final = await one.getReport({ block: true })
      if (end !== 'end') t.is(await first, await second)
      t.true(balances(final))
      t.is(final.status, end === 'end' ? 'finished' : 'stopped')
      if (end !== 'stopListening') t.is(finalsOf(reports).length, 2)
      await one[Symbol.asyncDispose]()
      t.is(one.state.workers.length, 0)

      const idle = boss().boss
      await idle[end]()
      t.is((await idle.getReport({ block: true })).counts.submitted, 0)
      await idle[Symbol.asyncDispose]()
    })
  }

  check('stopThemWorking while workers start resolves, and none appears later', async t => {
    const { boss: one } = boss({ scheduler: maxThreads(2) })
    one.give({ act: 'answer' })
    one.give({ act: 'answer' })
    one.makeThemWork()
    await Promise.resolve()
    const report = await one.stopThemWorking()
    t.is(report.status, 'stopped')
    t.true(balances(report))
    t.is(one.state.workers.length, 0)
  })

  check('after the end, what is given is refused, visibly, and nothing revives', async t => {
    const { boss: one } = boss()
    const letters: string[] = []
    one.inspect$.subscribe(event => {
      if (event.type === 'actor.deadLetter') letters.push(event.why ?? '')
    })
    await one.stop()
    t.throws(() => one.give({ act: 'answer' }), { message: /takes no more instructions/ })
    t.throws(() => one.setInstructions({ individual: { act: ['answer'] } }), { message: /takes no more/ })
    one.mailbox.next({ act: 'answer' })
    one.listen([{ act: 'answer' }])
    t.is(one.state.counts.submitted, 0)
    await one[Symbol.asyncDispose]()
  })

  check(
    'work stuck in native code: dispose resolves within the grace period and 5 s, and names it (1.28)',
    async t => {
      const { boss: one } = boss({ graceMs: 100 })
      const named: string[] = []
      one.notices$.subscribe(event => {
        if (event.type === 'instruction.warn') named.push(`${event.name}: ${event.why}`)
      })
      one.give({ act: 'answer' }) // its place is open from here on
      const id = one.give({ act: 'native', name: 'the stuck one' })
      const atWork = begun(one, id)
      one.makeThemWork()
      await atWork
      const before = performance.now()
      await one[Symbol.asyncDispose]()
      t.true(performance.now() - before < 5100)
      t.like(one.state.counts, { done: 1, cancelled: 1 })
      // A process can be ended even then; a thread is left behind.
      if (named.length > 0) t.regex(named[0] ?? '', /^the stuck one: it is stuck in native code/)
    },
  )

  check('work that prints 10 MB: all of it is out before its report', async t => {
    const { boss: one } = boss({ output: 'inspect' })
    await using _ = one
    let printed = 0
    let before = 0
    one.inspect$.subscribe(event => {
      if (event.type === 'worker.log') printed += event.text.length
    })
    one.reports$.subscribe(() => {
      before = printed
    })
    one.give({ act: 'printMuch' })
    one.makeThemWork()
    await one.waitTillFinished()
    t.true(before >= 10_000_000)
  })

  check('falsy notes arrive, in order, before the result', async t => {
    const { reports } = await aThenB('notes')
    t.deepEqual(
      reports
        .filter(({ id }) => id === 0)
        .map(report => (report.kind === 'interim' ? report.note : report.kind)),
      [0, '', false, 'done'],
    )
  })

  check('keys that are names of prototypes are refused or ignored, and change nothing', async t => {
    const { boss: one, reports } = boss()
    await using _ = one
    const evil = JSON.parse('{"act":"answer","__proto__":{"polluted":true},"constructor":{"prototype":{}}}')
    one.give(evil)
    one.makeThemWork()
    await one.waitTillFinished()
    t.is(reports.length, 1)
    t.is(({} as { polluted?: boolean }).polluted, undefined)
  })

  check('an attribute of the wrong type is refused in the caller, with its path', async t => {
    const { boss: one } = boss()
    await using _ = one
    t.throws(() => one.give({ act: 'nap', ms: 'long' } as never), {
      message: /ms: expected number, got "long"/,
    })
  })

  check('after dispose, nothing of it is left (1.30)', async t => {
    await aThenB('answer')
    await sleep(50)
    const before = process.getActiveResourcesInfo().sort()
    for (const act of ['exit3', 'loop'] as const) {
      const { boss: one } = boss({ scheduler: maxThreads(2) })
      one.give({ act })
      one.give({ act: 'answer' })
      one.makeThemWork()
      await sleep(300)
      await one[Symbol.asyncDispose]()
    }
    await sleep(50)
    t.deepEqual(process.getActiveResourcesInfo().sort(), before)
  })
}
