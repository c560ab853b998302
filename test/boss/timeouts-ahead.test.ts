/** Instructions with a timeout are handed ahead like others; the clock of each starts with its work, and with nothing else. */

import ava from 'ava'

import {
  Boss,
  type Crew,
  maxMemory,
  maxThreads,
  type Report,
  rateLimit,
  type Scheduler,
  scheduler,
  threads,
} from '../../src/index.ts'
import takesTime from '../fixtures/takes-time.ts'

const test = ava.serial

/** Threads, and the most that one of their lanes held. */
function watched(): { readonly crew: Crew; readonly most: () => number } {
  const inner = threads({ size: 1 })
  let most = 0
  const open: Crew['open'] = terms => {
    const lane = inner.open(terms)
    const give = lane.give.bind(lane)
    lane.give = job => {
      give(job)
      most = Math.max(most, lane.held)
    }
    return lane
  }
  // Its members may be getters of a prototype.
  return { crew: Object.setPrototypeOf({ open }, inner), most: () => most }
}

interface Given {
  readonly ms: number
  readonly waits?: boolean
  readonly timeout?: number
}

async function outcomes(given: readonly Given[], options: { timeout?: number; scheduler?: Scheduler }) {
  const { crew, most } = watched()
  const boss = new Boss({ workers: takesTime, crew, graceMs: 0, retries: 0, ...options })
  const reports: Report<unknown>[] = []
  boss.reports$.subscribe(report => reports.push(report))
  for (const instruction of given) boss.give(instruction)
  boss.start()
  await boss.waitTillFinished()
  const told = reports
    .sort((a, b) => a.id - b.id)
    .map(report => (report.kind === 'failed' ? report.failure.code : report.kind))
  return { told, most: most() }
}

const quick = (count: number): Given[] => Array.from({ length: count }, () => ({ ms: 0 }))

test('a timeout for all: quick ones are handed ahead', async t => {
  const { told, most } = await outcomes(quick(2000), { timeout: 5000 })
  t.true(told.every(one => one === 'done'))
  t.true(most > 16, `${most} at once`)
})

test('a timeout counts from when its work began, whoever went before it in the same burst', async t => {
  // Together they take longer; a machine that is busy with other things may make one of them take thrice its time.
  const slow = Array.from({ length: 10 }, () => ({ ms: 100 }))
  const { told } = await outcomes([...quick(40), ...slow, ...quick(40), ...slow], { timeout: 800 })
  t.deepEqual(told, Array(100).fill('done'))
})

for (const waits of [false, true])
  test(`what ${waits ? 'waits' : 'keeps its thread'} for too long times out, alone: those before and behind it are done`, async t => {
    const given = [...quick(40), { ms: 60_000, waits }, ...quick(40)]
    const { told } = await outcomes(given, { timeout: 150 })
    t.deepEqual(told, [...Array(40).fill('done'), 'timeout', ...Array(40).fill('done')])
  })

test('a timeout of its own holds though those before it have a longer one, or none', async t => {
  const given = [
    { ms: 5, timeout: 10_000 },
    { ms: 5 },
    { ms: 60_000, timeout: 50 },
    { ms: 60, timeout: 10_000 },
  ]
  const { told } = await outcomes([...quick(20), ...given], {})
  t.deepEqual(told, [...Array(22).fill('done'), 'timeout', 'done'])
})

for (const [name, rule] of [
  ['maxMemory', maxMemory({ max: 100, perTask: 60 })],
  ['rateLimit', rateLimit(1e6, 1000)],
] as const)
  test(`${name}: quick ones are handed ahead`, async t => {
    const { told, most } = await outcomes(quick(2000), { scheduler: scheduler(maxThreads(1), rule) })
    t.true(told.every(one => one === 'done'))
    t.true(most > 16, `${most} at once`)
  })
