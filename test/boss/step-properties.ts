/** The properties of `step` (I1 to I12 of docs/reliability.md), for the real one and for its mutants. */

import assert from 'node:assert/strict'

import fc from 'fast-check'

import { config, limits, type Rules, World } from './world.ts'

const arg = fc.nat(1000)

/** Closing messages are rare, so that most of a run happens in a live boss. */
const command = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant('give'), arg) },
  { weight: 8, arbitrary: fc.tuple(fc.constant('ready'), arg) },
  { weight: 8, arbitrary: fc.tuple(fc.constant('done'), arg) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('threw'), arg) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('crash'), arg) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('failStart'), arg) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('losesAnswer'), arg) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('closed'), arg) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('pass'), arg) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('cancel'), arg) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('timeout', 'queueTimeout'), arg) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('forge'), arg) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('halt'), arg) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('resume'), arg) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('retire', 'shrink'), arg) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('source', 'sourceEnds'), arg) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom('end', 'stop', 'stopListening', 'stopThemWorking', 'sendReport'),
      arg,
    ),
  },
)

function obey(world: World, what: string, n: number): void {
  const ticket = n % 3
  switch (what) {
    case 'give':
      return world.give(n % 3)
    case 'ready':
      return world.laneReady(ticket)
    case 'done':
    case 'threw':
      return world.laneAnswers(ticket, what)
    case 'crash':
      world.laneEnds(ticket, 'crashed')
      return opensAtOnce(world)
    case 'failStart':
      return world.laneEnds(ticket, 'failedToStart')
    case 'losesAnswer':
      return world.laneEnds(ticket, 'crashed', true)
    case 'closed':
      return world.laneEnds(ticket, 'closed')
    case 'pass':
      return world.pass(n % 60)
    case 'cancel':
    case 'timeout':
    case 'queueTimeout':
      return world.cutShort(
        n % Math.max(1, world.entries.length),
        what === 'cancel' ? 'cancelled' : (what as 'timeout'),
      )
    case 'forge':
      return world.forge(n)
    case 'source':
    case 'sourceEnds':
      return world.source(what === 'source')
    case 'retire':
      return world.retire(ticket)
    case 'shrink':
      return world.shrink(1 + ticket)
    default:
      return world.signal(what as 'halt')
  }
}

/** A death holds nobody up but the lane that had three in a row, or all where nobody is to blame. */
function opensAtOnce({ state, lanes, unlucky, now, ...world }: World): void {
  const { phase, pump, carefulUntil } = state
  if (phase !== 'live' || pump === 'off' || now < carefulUntil) return
  const resting = [...unlucky].filter(([ticket, { until }]) => until > now && !lanes.has(ticket)).length
  const waits = world.entries.some(({ place }) => place === 'pending')
  assert(!waits || lanes.size + resting >= limits.concurrency, 'a blamed death makes all wait')
}

/** What a mailbox of this kind gives up for so many more, whatever waits there. */
function makesRoom({ mustGiveUp }: Rules): void {
  fc.assert(
    fc.property(
      fc.nat(9),
      fc.nat(12),
      fc.nat(12),
      fc.constantFrom('fail', 'dropNewest', 'dropOldest'),
      (capacity, waiting, count, overflow) => {
        const given = mustGiveUp({ capacity, overflow: overflow as 'fail' }, waiting, count)
        const fit = waiting + count <= capacity
        assert.equal(given === 0, fit, 'room is made where there is enough, or none where there is not')
        if (overflow !== 'dropOldest')
          assert(given === 0 || given === undefined, 'something is dropped unasked')
        if (given === undefined) {
          assert(
            overflow !== 'dropOldest' || count > capacity,
            'the newest are refused, though older ones could go',
          )
          return
        }
        assert(
          fit || waiting - given + count === capacity,
          'more than the capacity wait, or fewer than could',
        )
      },
    ),
    { numRuns: 300, seed: 1 },
  )
}

/** Runs the properties against these rules. Throws at the first that does not hold. */
export function holds(rules: Rules, parameters: fc.Parameters<unknown> = {}): void {
  makesRoom(rules)
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 150, size: 'max' }),
      fc.constantFrom('continue', 'stop', 'stopRightNow'),
      fc.constantFrom('unblamed', 'all'),
      (commands, onFailure, count) => {
        const supervise = { ...config.supervise, count: count as 'all' }
        const world = new World(rules, { ...config, supervise, onFailure: onFailure as 'continue' })
        for (const [what, n] of commands) obey(world, what, n)
        world.signal('resume')
        world.signal('end')
        while (world.sources > 0) world.source(false)
        world.liveOut()
        assert.equal(world.exits, 1, 'I8 no exit')
        assert.equal(world.begun, world.state.begun, 'nobody was told that it began')
        assert(world.closed, 'nobody was told that all has come')
        assert(
          world.entries.every(({ final, place }) => final !== undefined || place === 'unheard'),
          'I1 something is not settled',
        )
        const { failure, status } = world.state
        assert.equal(status === 'failed', failure !== undefined, 'failed without a failure')
      },
    ),
    { numRuns: 1500, ...parameters } as fc.Parameters<[[string, number][], string, string]>,
  )
}
