/**
 * I17: the real boss over fake lanes and virtual time, and his twin, which is `step` and a list. After every turn both have
 * reported the same in the same order, have the same counts, the same lanes, and the same work in each.
 */

import { testProp } from '@fast-check/ava'
import type { ExecutionContext } from 'ava'
import fc from 'fast-check'

import type { FakeLane } from '../../src/entries/testing.ts'
import { maxThreads } from '../../src/index.ts'
import { balances, bossOfFakes } from './desk-of-fakes.ts'
import { Twin } from './twin.ts'
import { config, limits, rules } from './world.ts'

type Real = ReturnType<typeof bossOfFakes>
type Act = readonly [what: string, n: number]

const laneOf = ({ crew }: Real, ticket: number): FakeLane | undefined =>
  crew.lanes.find(lane => lane.ticket === ticket && lane.open)

/** Both do the same. What neither could do at all is left out. */
function obey(twin: Twin, real: Real, [what, n]: Act): void {
  const { boss } = real
  const ticket = n % limits.concurrency
  const lane = twin.lanes.get(ticket)
  const fake = laneOf(real, ticket)
  switch (what) {
    case 'give': {
      if (!twin.takes) return
      const timeout = n % 4 === 0 ? 15 : undefined
      twin.giveOne(n % 3, timeout)
      boss.give({ n, retries: n % 3, ...(timeout !== undefined && { timeout }) })
      return
    }
    case 'cancel': {
      const id = n % Math.max(1, twin.entries.length)
      twin.cancel(id)
      boss.cancel(id)
      return
    }
    case 'ready':
      if (lane === undefined || lane.ready) return
      twin.laneReady(ticket)
      fake?.getReady()
      return
    case 'done':
    case 'threw':
      if (lane?.holds === undefined || !lane.ready) return
      twin.laneAnswers(ticket, what)
      if (what === 'done') fake?.finish(n)
      else fake?.throws(new Error('no'))
      return
    case 'closed':
    case 'crashed':
    case 'failedToStart': {
      if (lane === undefined) return
      const asked = lane.terminated || (lane.closing && lane.holds === undefined)
      if (!asked && what === 'closed') return
      const started = lane.ready
      twin.laneEnds(ticket, what)
      if (asked) fake?.leaves()
      else fake?.dies(what === 'failedToStart' && !started ? what : 'crashed')
      return
    }
    case 'pass':
      twin.pass(n % 40)
      real.clock.pass(n % 40)
      return
    case 'forge':
      twin.forged(ticket)
      fake?.says({ type: 'done', jobs: [n + 100], results: [1], began: [0], workMs: [0] })
      fake?.says({ type: 'note', job: n + 100, note: 'forged' })
      return
    default: {
      const signal = what as 'halt' | 'resume' | 'end'
      twin.signal(signal)
      boss.control.next({ type: signal })
    }
  }
}

function agree(t: ExecutionContext, twin: Twin, real: Real): void {
  const { intake, pump, phase } = twin.state
  const { boss } = real
  const { counts } = boss.state
  t.deepEqual(
    { intake: boss.state.intake, pump: boss.state.pump, phase: boss.state.phase },
    { intake, pump, phase },
  )
  t.deepEqual(real.said(), twin.said)
  t.true(balances(boss.state))
  const kinds = twin.said.map(one => one.split(' ')[0])
  // Handed to a lane that still opens: its work has not begun.
  const handed = [...twin.lanes.values()].filter(
    ({ ready, holds }) => !ready && holds !== undefined && twin.heard,
  ).length
  const times = (kind: string) => kinds.filter(one => one === kind).length
  t.deepEqual(counts, {
    submitted: twin.entries.length,
    done: times('done'),
    failed: times('failed'),
    cancelled: times('cancelled') - twin.count('returned'),
    unheard: twin.count('unheard'),
    pending: twin.count('pending') + twin.count('resting') + twin.count('returned') + handed,
    running: twin.count('running') - handed,
    refused: 0,
  })
  t.deepEqual(
    boss.state.workers.map(({ ticket, state }) => [ticket, state === 'closing', laneOf(real, ticket)?.held]),
    [...twin.lanes]
      .sort(([a], [b]) => a - b)
      .map(([ticket, { closing, holds }]) => [ticket, closing, holds === undefined ? 0 : 1]),
  )
}

class Turn implements fc.AsyncCommand<{ twin: Twin }, { t: ExecutionContext; real: Real }> {
  readonly acts: readonly Act[]

  constructor(acts: readonly Act[]) {
    this.acts = acts
  }

  check = () => true

  async run({ twin }: { twin: Twin }, { t, real }: { t: ExecutionContext; real: Real }): Promise<void> {
    for (const act of this.acts) {
      obey(twin, real, act)
      agree(t, twin, real)
    }
    await Promise.resolve()
    twin.flush()
    agree(t, twin, real)
    const report = await real.boss.getReport()
    if (report.status !== 'interim') return
    const working = [...twin.lanes].filter(([, { ready, holds }]) => ready && holds !== undefined)
    t.deepEqual(
      report.runningNow.map(({ id, ticket }) => [ticket, id]),
      working.map(([ticket, { holds }]) => [ticket, holds as number]).sort(([a], [b]) => (a ?? 0) - (b ?? 0)),
    )
  }

  toString = () => `turn(${this.acts.map(([what, n]) => `${what} ${n}`).join(', ')})`
}

const act: fc.Arbitrary<Act> = fc.tuple(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant('give') },
    { weight: 8, arbitrary: fc.constant('ready') },
    { weight: 8, arbitrary: fc.constant('done') },
    { weight: 3, arbitrary: fc.constant('threw') },
    { weight: 3, arbitrary: fc.constant('crashed') },
    { weight: 2, arbitrary: fc.constant('failedToStart') },
    { weight: 5, arbitrary: fc.constant('closed') },
    { weight: 5, arbitrary: fc.constant('pass') },
    { weight: 4, arbitrary: fc.constant('cancel') },
    { weight: 1, arbitrary: fc.constant('forge') },
    { weight: 1, arbitrary: fc.constant('halt') },
    { weight: 5, arbitrary: fc.constant('resume') },
    { weight: 1, arbitrary: fc.constantFrom('end', 'stop', 'stopListening', 'stopThemWorking') },
  ),
  fc.nat(1000),
)
const turns = fc.commands([fc.array(act, { minLength: 1, maxLength: 4 }).map(acts => new Turn(acts))], {
  maxCommands: 60,
  size: 'max',
})

testProp(
  'the boss and its twin agree on reports, order, counts and lanes, turn by turn (I17)',
  [turns, fc.constantFrom('continue', 'stop', 'stopRightNow')],
  async (t, commands, onFailure) => {
    const settings = { ...config, onFailure }
    const { crew: _, ...options } = settings
    const setup = () => ({
      model: { twin: new Twin(rules, settings) },
      real: { t, real: bossOfFakes({ scheduler: maxThreads(limits.concurrency), ...options }) },
    })
    let both: ReturnType<typeof setup> | undefined
    await fc.asyncModelRun(() => {
      both = setup()
      return both
    }, commands)
    if (both === undefined) return
    // Everything that waits for an answer gets one, until both are gone.
    const { model, real } = both
    await new Turn([
      ['resume', 0],
      ['end', 0],
    ]).run(model, real)
    for (let round = 0; model.twin.state.phase !== 'exited'; round++) {
      if (round > 300) return void t.fail('I10 they never leave')
      for (let ticket = 0; ticket < limits.concurrency; ticket++) {
        for (const what of ['ready', 'done', 'closed']) await new Turn([[what, ticket]]).run(model, real)
      }
      await new Turn([['pass', 39]]).run(model, real)
    }
    t.is(real.real.boss.state.phase, 'exited')
    t.is(real.real.clock.waiting, 0)
  },
  { numRuns: 300 },
)
