/** The lane against a link that says anything at all. */

import test from 'ava'
import fc from 'fast-check'
import type { LaneEvent, LaneExit } from '../../src/crew/crew.ts'
import { cellsBytes, cellsOver, claimCell, clearCells } from '../../src/crew/lane/claims.ts'
import type { LinkEvents } from '../../src/crew/lane/link.ts'
import { openLinkedLane } from '../../src/crew/lane/linked-lane.ts'
import { newPace } from '../../src/crew/lane/pace.ts'
import { type Batch, type ToWorker, toMain, toWorker } from '../../src/crew/lane/wire.ts'
import { transfer } from '../../src/words/transfer.ts'
import { plusOne } from '../fixtures/basic.ts'

function fakeLane({ startMs = 1000, meanMs = 0, attributesOf = (job: number): object => ({ n: job }) } = {}) {
  const cells = cellsOver(new ArrayBuffer(cellsBytes))
  clearCells(cells)
  const sent: ToWorker[] = []
  const events: LaneEvent[] = []
  let link: LinkEvents | undefined
  const lane = openLinkedLane({
    terms: {
      ticket: 0,
      definitions: [plusOne],
      orders: {
        definitionOf: () => 0,
        idOf: job => job,
        attributesOf,
        attemptOf: () => 1,
        nameOf: () => undefined,
      },
      hooks: [],
      graceMs: 0,
      ahead: true,
    },
    cells,
    paces: [{ ...newPace(), meanMs }],
    startMs,
    clone: undefined,
    where: () => ({ threadId: 1 }),
    connect: given => {
      link = given
      return {
        send: message => sent.push(message),
        kill: () => link?.exited({ reason: 'killed' }),
        keepAlive: () => {},
      }
    },
  })
  lane.events$.subscribe(event => events.push(event))
  const say = (message: unknown) => link?.receive(message)
  return { lane, cells, sent, events, say, exited: () => link?.exited({ reason: 'gone', exitCode: 1 }) }
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

test('one turn of giving is one message, whose ids need no column', async t => {
  const { lane, sent, say } = fakeLane()
  for (let job = 0; job < 100; job++) lane.give(job)
  say([toMain.ready])
  for (let job = 100; job < 200; job++) lane.give(job)
  await turn()
  const batches = sent as Batch[]
  t.is(batches.length, 2)
  t.deepEqual(batches[1]?.slice(0, 6), [toWorker.batch, 0, 100, 100, 100, 0])
  t.deepEqual(batches[1]?.[6], [Array.from({ length: 100 }, (_, i) => 100 + i)])
})

test('work that is worth a message leaves within the turn in which it is given, once its place is idle', async t => {
  const { lane, sent, say } = fakeLane({ meanMs: 0.02 })
  say([toMain.ready])
  for (let job = 0; job < 100; job++) lane.give(job)
  t.deepEqual(
    (sent as Batch[]).map(([, , first, count]) => [first, count]),
    [[0, 25]],
  )
  await turn()
  t.deepEqual(
    (sent as Batch[]).map(([, , first, count]) => [first, count]),
    [
      [0, 25],
      [25, 75],
    ],
  )
})

test('what moves its buffers goes together, apart from what does not', async t => {
  const given = Array.from({ length: 20 }, (_, job) => {
    const n = new ArrayBuffer(8)
    return { n: job % 10 < 5 ? transfer(n, [n]) : n }
  })
  const { lane, sent, say } = fakeLane({ attributesOf: job => given[job] ?? {} })
  for (let job = 0; job < 20; job++) lane.give(job)
  say([toMain.ready])
  t.deepEqual(
    (sent as Batch[]).map(([, , first, count]) => [first, count]),
    [
      [0, 5],
      [5, 5],
      [10, 5],
      [15, 5],
    ],
  )
})

test('a word about a job that is not here, or was settled, is nonsense', async t => {
  const { lane, events, say } = fakeLane()
  lane.give(5)
  say([toMain.ready])
  say([toMain.results, 0, 0, [1, 1], ['first']])
  say([toMain.results, 0, 0, [1, 1], ['again']])
  say([toMain.note, 0, 'late'])
  say([toMain.note, 7, 'never given'])
  say([toMain.ready])
  t.deepEqual(
    events.map(event => event.type),
    ['ready', 'done', 'nonsense', 'nonsense', 'nonsense', 'nonsense'],
  )
})

test('forged messages of any shape throw nothing, and every job still ends in exactly one place', async t => {
  const number = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.double(), fc.constant(2 ** 53))
  const part: fc.Arbitrary<unknown> = fc.oneof(number, fc.anything({ maxDepth: 2 }), fc.array(number))
  const forged = fc.oneof(
    fc.anything(),
    fc.tuple(fc.integer({ min: 0, max: 9 }), part, part, part, part).map(parts => [...parts]),
    fc
      .tuple(fc.constant(toMain.results), number, number, fc.array(number), fc.array(part))
      .map(parts => [...parts]),
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 9 }), part, part).map(parts => [...parts]))
      .map(sections => [toMain.bundle, ...sections]),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(forged, { maxLength: 20 }),
      fc.integer({ min: 1, max: 8 }),
      async (messages, jobs) => {
        const { lane, cells, events, say, exited } = fakeLane()
        for (let job = 0; job < jobs; job++) lane.give(job)
        say([toMain.ready])
        await turn()
        for (const message of messages) say(message)
        claimCell(cells.words, jobs - 1)
        exited()
        const exit = events.at(-1) as LaneExit
        t.is(exit.type, 'exit')
        const settled = events.flatMap(event =>
          event.type === 'done' ? event.jobs : event.type === 'failed' ? [event.job] : [],
        )
        t.deepEqual(
          [...settled, ...exit.begun, ...exit.queued, ...exit.lost].sort((a, b) => a - b),
          Array.from({ length: jobs }, (_, job) => job),
        )
      },
    ),
    { numRuns: 1000 },
  )
})

test('a place in the ring that is used again cannot be claimed by an old message', t => {
  const cells = cellsOver(new ArrayBuffer(cellsBytes))
  clearCells(cells)
  t.false(claimCell(cells.words, 0))
  cells.words[1] = (1 + 4096) << 2
  t.false(claimCell(cells.words, 1))
  t.true(claimCell(cells.words, 1 + 4096))
  t.false(claimCell(cells.words, 1 + 4096))
})

test('more than the ring holds may be given, and leaves in order', async t => {
  const { lane, sent, events, say } = fakeLane()
  say([toMain.ready])
  for (let job = 0; job < 10_000; job++) lane.give(job)
  t.is(lane.held, 10_000)
  await turn()
  const batches = () => sent.filter((message): message is Batch => message[0] === toWorker.batch)
  for (let b = 0; b < batches().length; b++) {
    const [, , first, count, , , columns] = batches()[b] as Batch
    say([toMain.results, first, 0, [count, 1], columns[0]])
    await turn()
  }
  t.is(lane.held, 0)
  const jobs = events.flatMap(event => (event.type === 'done' ? event.jobs : []))
  t.deepEqual(
    jobs,
    Array.from({ length: 10_000 }, (_, job) => job),
  )
})

test('a place that is not ready in time is a failed start, and nothing was sent there', async t => {
  const { lane, sent, events } = fakeLane({ startMs: 20 })
  lane.give(1)
  await new Promise(resolve => setTimeout(resolve, 60))
  t.like(events.at(-1), { type: 'exit', why: 'failedToStart', begun: [], queued: [1] })
  t.regex((events.at(-1) as LaneExit).reason, /not ready within 20 ms/)
  t.deepEqual(sent, [])
})
