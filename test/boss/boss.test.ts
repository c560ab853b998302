/** The Boss, with lanes that answer when the test says so. */

import test from 'ava'

import {
  Boss,
  BossFailure,
  type InspectEvent,
  laxist,
  maxMemory,
  maxThreads,
  RxbossError,
} from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { balances, bossOfFakes, turn } from './desk-of-fakes.ts'

const give = (boss: ReturnType<typeof bossOfFakes>['boss'], count: number) => {
  for (let n = 0; n < count; n++) boss.give({ n })
}

test('a boss is born halted: what is given waits until makeThemWork', async t => {
  const { boss, crew, lane, said } = bossOfFakes({ scheduler: maxThreads(2) })
  give(boss, 3)
  await turn()
  t.is(crew.lanes.length, 0)
  boss.makeThemWork()
  await turn()
  t.is(crew.lanes.length, 2)
  lane(0).getReady()
  lane(1).getReady()
  lane(1).finish(1)
  lane(1).finish(4)
  lane(0).finish(0)
  t.deepEqual(said(), ['done 1', 'done 2', 'done 0'])
  t.true(balances(boss.state))
})

test('the final report is a value: every reader, early or late, gets the same one', async t => {
  const { boss, lane, completed } = bossOfFakes()
  give(boss, 1)
  boss.makeThemWork()
  const first = boss.waitTillFinished()
  const second = boss.getReport({ block: true })
  await turn()
  lane(0).getReady()
  lane(0).finish(0)
  lane(0).leaves()
  t.is(await first, await second)
  t.is((await boss.getReport()) as never, (await first) as never)
  t.is(await first, await boss.stop())
  t.true(completed())
  t.is((await first).status, 'finished')
})

test('waiting on a halted boss with pending work rejects at once, naming the remedy', async t => {
  const { boss, lane } = bossOfFakes()
  give(boss, 1)
  const error = await t.throwsAsync(boss.waitTillFinished(), { instanceOf: RxbossError })
  t.regex(error.message, /makeThemWork/)
  await t.throwsAsync(boss.getReport({ block: true }), { message: /makeThemWork/ })
  boss.makeThemWork()
  const report = boss.waitTillFinished()
  await turn()
  lane(0).getReady()
  lane(0).finish(0)
  lane(0).leaves()
  t.is((await report).counts.done, 1)
})

test('halt keeps pending work and takes back what was handed ahead; resume starts it', async t => {
  const { boss, lane, said } = bossOfFakes({ scheduler: maxThreads(1), depth: 3 })
  give(boss, 4)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  t.is(lane(0).held, 3)
  boss.halt()
  t.is(lane(0).held, 1)
  lane(0).finish(0)
  await turn()
  t.is(lane(0).held, 0)
  t.like(boss.state.counts, { done: 1, pending: 3, running: 0 })
  boss.resume()
  await turn()
  lane(0).finish(0)
  lane(0).finish(0)
  lane(0).finish(0)
  t.deepEqual(said(), ['done 0', 'done 1', 'done 2', 'done 3'])
})

test('stop gives back what has not begun, and hears what runs', async t => {
  const { boss, lane, said } = bossOfFakes({ scheduler: maxThreads(1), depth: 2 })
  give(boss, 3)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  const final = boss.stop()
  t.deepEqual(said(), ['cancelled 1', 'cancelled 2'])
  t.throws(() => boss.give({ n: 9 }), { message: /takes no more/ })
  lane(0).finish(0)
  t.is(lane(0).asked, 'close')
  lane(0).leaves()
  const report = await final
  t.is(report.status, 'stopped')
  t.deepEqual(report.pending, [{ n: 1 }, { n: 2 }] as never)
  t.like(report.counts, { submitted: 3, done: 1, pending: 2, cancelled: 0 })
  t.true(balances(report))
})

test('stopThemWorking terminates lanes; what ran is cancelled once they are gone', async t => {
  const { boss, lane, said } = bossOfFakes({ scheduler: maxThreads(2) })
  give(boss, 3)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  lane(1).getReady()
  const final = boss.stopThemWorking()
  t.is(lane(0).asked, 'terminate')
  t.deepEqual(said(), ['cancelled 2'])
  lane(0).leaves()
  lane(1).leaves()
  const report = await final
  t.like(report.counts, { cancelled: 2, pending: 1, running: 0 })
  t.is(report.status, 'stopped')
  t.true(balances(report))
})

test('stopListening returns at once, and what runs goes on unheard', async t => {
  const { boss, lane, said, completed } = bossOfFakes({ scheduler: maxThreads(1) })
  give(boss, 2)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  const report = boss.stopListening()
  t.like(report.counts, { unheard: 1, pending: 1, running: 0 })
  t.true(completed())
  lane(0).finish(0)
  lane(0).leaves()
  t.deepEqual(said(), ['cancelled 1'])
  t.is(boss.state.phase, 'exited')
  t.true(balances(boss.state))
})

test('cancel decides once: pending work never begins, running work is asked, then forced', async t => {
  const { boss, lane, said, clock, crew } = bossOfFakes({ scheduler: maxThreads(1) })
  give(boss, 3)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  t.true(boss.cancel(1, 'no need'))
  t.false(boss.cancel(1))
  t.true(boss.cancel(0, 'too slow'))
  t.false(boss.cancel(0))
  t.is(lane(0).aborted.length, 1)
  clock.pass(19)
  t.is(lane(0).asked, 'nothing')
  clock.pass(2)
  t.is(lane(0).asked, 'terminate')
  lane(0).leaves()
  t.deepEqual(said(), ['cancelled 1', 'cancelled 0'])
  await turn()
  t.is(crew.lanes.length, 2)
  lane(1).getReady()
  lane(1).finish(4)
  t.deepEqual(said(), ['cancelled 1', 'cancelled 0', 'done 2'])
  t.false(boss.cancel(2))
  t.false(boss.cancel(77))
})

test('a result that comes after cancel is not heard, and the lane is kept', async t => {
  const { boss, lane, said, clock } = bossOfFakes({ scheduler: maxThreads(1) })
  give(boss, 2)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  boss.cancel(0)
  lane(0).finish(0)
  t.deepEqual(said(), ['cancelled 0'])
  clock.pass(100)
  t.is(lane(0).asked, 'nothing')
  lane(0).finish(1)
  t.deepEqual(said(), ['cancelled 0', 'done 1'])
})

test('a timeout counts from the start of the work, and retries come after a pause, ahead of their equals', async t => {
  const { boss, lane, said, clock, reports } = bossOfFakes({
    scheduler: maxThreads(1),
    retries: 1,
    backoff: () => 50,
  })
  boss.give({ n: 0, timeout: 10 })
  boss.give({ n: 1 })
  boss.makeThemWork()
  await turn()
  clock.pass(1000) // the thread takes its time to start
  t.is(lane(0).held, 0)
  lane(0).getReady()
  await turn()
  t.is(lane(0).held, 1)
  clock.pass(11)
  t.is(lane(0).aborted.length, 1)
  lane(0).finish(0)
  t.deepEqual(said(), [])
  lane(0).finish(1)
  clock.pass(50)
  await turn()
  clock.pass(11)
  lane(0).throws(new Error('interrupted'))
  t.deepEqual(said(), ['done 1', 'failed 0 timeout'])
  t.like(reports[1], { attempt: 2 })
})

test('queueTimeout cancels what has not begun', async t => {
  const { boss, lane, said, clock } = bossOfFakes({ scheduler: maxThreads(1), queueTimeout: 100 })
  give(boss, 2)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  clock.pass(101)
  t.deepEqual(said(), ['cancelled 1'])
  lane(0).finish(0)
  t.deepEqual(said(), ['cancelled 1', 'done 0'])
})

test('a death is blamed on what had begun; what was handed ahead moves on', async t => {
  const { boss, lane, said, reports } = bossOfFakes({ scheduler: maxThreads(1), depth: 3 })
  give(boss, 3)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  lane(0).dies('crashed', 'exit code 3')
  t.deepEqual(said(), ['failed 0 crashed'])
  await turn()
  lane(1).getReady()
  lane(1).finish(1)
  lane(1).finish(4)
  t.deepEqual(said(), ['failed 0 crashed', 'done 1', 'done 2'])
  t.like(reports[1], { attempt: 1 })
})

test('a poison instruction is told apart from a crash', async t => {
  const { boss, lane, said, clock } = bossOfFakes({ scheduler: maxThreads(1), retries: 1, backoff: () => 5 })
  give(boss, 1)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  lane(0).dies()
  clock.pass(5)
  await turn()
  lane(1).getReady()
  lane(1).dies()
  t.deepEqual(said(), ['failed 0 poison'])
})

test('too many failed starts are a storm: everything unfinished fails, and the wait rejects with the report', async t => {
  const { boss, crew, said, clock } = bossOfFakes({
    scheduler: maxThreads(1),
    supervise: { max: 2, within: 1000, backoff: () => 1 },
  })
  give(boss, 2)
  boss.makeThemWork()
  const final = boss.waitTillFinished()
  for (let death = 0; death < 2; death++) {
    clock.pass(2)
    await turn()
    crew.lanes.at(-1)?.dies('failedToStart', 'its import threw')
  }
  t.deepEqual(said(), ['failed 0 storm', 'failed 1 storm'])
  const error = await t.throwsAsync(final, { instanceOf: BossFailure })
  t.like(error.report.counts, { failed: 2, submitted: 2 })
  t.is(crew.lanes.length, 2)
})

test('onFailure stopRightNow: the wait rejects, its cause is the worker’s error, and finished work is not lost', async t => {
  const { boss, lane } = bossOfFakes({ scheduler: maxThreads(2), onFailure: 'stopRightNow' })
  give(boss, 4)
  boss.makeThemWork()
  const final = boss.waitTillFinished()
  await turn()
  lane(0).getReady()
  lane(1).getReady()
  lane(0).finish(0)
  lane(1).throws(new RangeError('no'))
  lane(0).leaves()
  lane(1).leaves()
  const error = await t.throwsAsync(final, { instanceOf: BossFailure })
  t.true(error.cause instanceof RangeError)
  t.like(error.report.counts, { done: 1, failed: 1, cancelled: 1, pending: 1 })
  t.true(balances(error.report))
})

test('a set is taken whole or not at all; fatal also stops everybody', async t => {
  const { boss } = bossOfFakes()
  t.throws(() => boss.setInstructions({ individual: { n: [1, 'two' as never] } }), {
    instanceOf: RxbossError,
  })
  t.is(boss.state.counts.submitted, 0)
  t.deepEqual(boss.setInstructions({ individual: { n: [1, 2] } }), [0, 1])
  t.throws(() => boss.setInstructions({ individual: { n: ['x' as never] } }, { fatal: true }))
  t.is((await boss.getReport({ block: true })).status, 'stopped')
})

test('a full mailbox refuses visibly, or drops the oldest with a report', async t => {
  const strict = bossOfFakes({ mailbox: { capacity: 2 } })
  give(strict.boss, 2)
  t.throws(() => strict.boss.give({ n: 3 }), { message: /capacity/ })
  strict.boss.mailbox.next({ n: 4 })
  t.true(strict.events.some(({ type }) => type === 'instruction.refuse'))
  t.like(strict.boss.mailbox.offer({ n: 5 }), { ok: false, reason: 'full', error: { code: 'full' } })
  const loose = bossOfFakes({ mailbox: { capacity: 2, overflow: 'dropOldest' } })
  give(loose.boss, 3)
  t.deepEqual(loose.said(), ['cancelled 0'])
  t.like(loose.boss.state, { mailbox: { size: 2, capacity: 2 } })
})

test('who is told of a result may stop listening before the next', async t => {
  const { boss, lane, reports } = bossOfFakes({ scheduler: maxThreads(1), depth: 2 })
  give(boss, 2)
  boss.reports$.subscribe(() => boss.stopListening())
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  lane(0).finishTogether([0, 1])
  t.is(reports.length, 1)
  t.true(balances(boss.state))
  t.like(boss.state.counts, { done: 1, unheard: 1 })
})

test('a lane that speaks of what it does not hold is not believed', async t => {
  const { boss, lane, said, events } = bossOfFakes({ scheduler: maxThreads(1) })
  give(boss, 2)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  lane(0).says({ type: 'done', jobs: [1, 40], results: [0, 0], began: [0, 0], workMs: [0, 0] })
  lane(0).says({ type: 'note', job: 17, note: 'hello' })
  t.deepEqual(said(), [])
  t.is(events.filter(({ type }) => type === 'actor.deadLetter').length, 3)
  lane(0).finish(0)
  t.deepEqual(said(), ['done 0'])
})

test('a throwing rule ends the boss: what runs is heard, the rest is given back naming the rule', async t => {
  let broken = false
  const admits = () => {
    if (broken) throw new Error('rule is broken')
    return true
  }
  const { boss, lane, said, reports } = bossOfFakes({ scheduler: { concurrency: 2, admits } })
  give(boss, 4)
  boss.makeThemWork()
  const final = boss.waitTillFinished()
  await turn()
  lane(0).getReady()
  lane(1).getReady()
  broken = true
  lane(0).finish(0)
  lane(1).finish(1)
  lane(0).leaves()
  lane(1).leaves()
  const error = await t.throwsAsync(final, { instanceOf: BossFailure, message: /rule is broken/ })
  t.like(error.report.counts, { done: 2, pending: 2 })
  t.deepEqual(said(), ['done 0', 'cancelled 2', 'cancelled 3', 'done 1'])
  t.regex((reports[1] as { reason: { why: string } }).reason.why, /rule is broken/)
})

test('reschedule shrinks and grows the crew; nothing is lost', async t => {
  const { boss, crew, lane, said } = bossOfFakes({ scheduler: maxThreads(2), depth: 2 })
  give(boss, 6)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  lane(1).getReady()
  boss.reschedule(maxThreads(1))
  await turn()
  t.is(lane(1).asked, 'close')
  lane(1).finish(1)
  lane(1).leaves()
  lane(0).finish(0)
  boss.reschedule(maxThreads(3))
  await turn()
  t.is(crew.lanes.filter(({ open }) => open).length, 3)
  for (const one of crew.lanes) if (one.open && one !== lane(0)) one.getReady()
  for (let round = 0; round < 6; round++)
    for (const one of crew.lanes) if (one.open && one.held > 0) one.finish(round)
  t.is(said().length, 6)
  t.is(new Set(said()).size, 6)
})

test('who is told of one that is given back may cancel the others: each is told of once (I1)', async t => {
  for (const end of ['stop', 'stopThemWorking'] as const) {
    const { boss, said } = bossOfFakes()
    for (let n = 0; n < 5; n++) boss.give({ n })
    boss.reports$.subscribe(({ id }) => {
      for (let other = id + 1; other < 5; other += 2) boss.cancel(other)
    })
    const { counts } = await boss[end]()
    t.deepEqual([...said()].sort(), [
      'cancelled 0',
      'cancelled 1',
      'cancelled 2',
      'cancelled 3',
      'cancelled 4',
    ])
    t.is(counts.pending + counts.cancelled, 5)
  }
})

test('who is told of one that is given back may send any signal: all are told of before the boss is gone (I1)', async t => {
  for (const signal of ['halt', 'end', 'stop', 'stopThemWorking', 'sendReport'] as const) {
    const { boss, said, completed } = bossOfFakes()
    give(boss, 4)
    boss.reports$.subscribe(() => boss.control.next({ type: signal }))
    const { counts, pending } = await boss.stop()
    t.deepEqual(said(), ['cancelled 0', 'cancelled 1', 'cancelled 2', 'cancelled 3'])
    t.like(counts, { submitted: 4, pending: 4 })
    t.is(pending.length, 4)
    t.true(completed())
  }
})

test('who is told of one that new rules refuse may cancel the others, and give another in its place (I1)', async t => {
  const { boss, said } = bossOfFakes({ scheduler: laxist() })
  for (let n = 0; n < 4; n++) boss.give({ n, memory: 100 })
  let given = false
  boss.reports$.subscribe(({ id }) => {
    boss.cancel(id + 1)
    if (!given) boss.give({ n: 9, memory: 1 })
    given = true
  })
  boss.reschedule(maxMemory({ max: 10 }))
  t.deepEqual([...said()].sort(), ['cancelled 1', 'cancelled 2', 'cancelled 3', 'failed 0 refused'])
  t.like(boss.state.counts, { submitted: 5, pending: 1 })
  await boss.stopThemWorking()
})

test('after the end, nothing revives a boss', async t => {
  const { boss, lane, events } = bossOfFakes()
  give(boss, 1)
  boss.makeThemWork({ terminate: true })
  await turn()
  lane(0).getReady()
  lane(0).finish(0)
  lane(0).leaves()
  await boss.waitTillFinished()
  t.throws(() => boss.give({ n: 1 }), { message: /takes no more/ })
  t.throws(() => boss.setInstructions({ individual: { n: [1] } }))
  boss.mailbox.next({ n: 1 })
  t.true(boss.listen([{ n: 1 }]).closed)
  boss.resume()
  boss.halt()
  t.is((await boss.stopThemWorking()).status, 'finished')
  t.is(boss.state.phase, 'exited')
  t.is(events.at(-1)?.type, 'boss.end')
})

test('two hundred instructions on one signal: one listener, two hundred cancelled', async t => {
  const { boss, said } = bossOfFakes({ scheduler: maxThreads(1) })
  const controller = new AbortController()
  for (let n = 0; n < 200; n++) boss.give({ n, signal: controller.signal })
  controller.abort(new Error('enough'))
  t.is(said().length, 200)
  t.true(said().every(one => one.startsWith('cancelled')))
  boss.give({ n: 1, signal: controller.signal })
  await turn()
  t.is(said().length, 201)
  t.true(balances(boss.state))
})

test('what was handed ahead behind a long one is taken by an idle lane, though such work was short before', async t => {
  const { boss, lane, said, clock } = bossOfFakes({ scheduler: maxThreads(2), depth: 2 })
  give(boss, 2)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  lane(1).getReady()
  lane(0).finish(0) // in no time at all
  lane(1).finish(1)
  give(boss, 3)
  await turn()
  t.is(lane(0).held, 2)
  t.is(lane(1).held, 1)
  lane(1).finish(9)
  t.is(lane(0).held, 2, 'not worth it yet')
  clock.pass(1)
  t.is(lane(0).held, 1)
  lane(1).finish(16)
  t.deepEqual(said(), ['done 0', 'done 1', 'done 3', 'done 4'])
})

test('when a lane is lost, another is opened for what the others hold ahead', async t => {
  const { boss, lane, said, crew, clock } = bossOfFakes({ scheduler: maxThreads(2), depth: 3 })
  give(boss, 5)
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  lane(1).getReady()
  lane(1).dies()
  await turn()
  clock.pass(1)
  for (const one of crew.lanes.slice(2)) one.getReady()
  clock.pass(1)
  const working = crew.lanes.filter(one => one.open && one.held > 0)
  t.is(working.length, 2)
  for (let round = 0; round < 5; round++)
    for (const one of crew.lanes) if (one.open && one.held > 0) one.finish(0)
  t.is(said().length, 5)
})

test('an answer that is lost with its thread is not asked for again, and is not poison (1.5)', async t => {
  const { boss, lane, said, reports } = bossOfFakes({ retries: 2, depth: 4 })
  boss.give({ n: 1 })
  boss.give({ n: 2 })
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  const [first, second] = lane(0).jobs as [number, number]
  lane(0).says({
    ...{ type: 'exit', why: 'crashed', reason: 'killed' },
    ...{ begun: [], lost: [first], queued: second === undefined ? [] : [second] },
  })
  await turn()
  t.deepEqual(said(), ['failed 0 crashed'])
  const [report] = reports
  t.regex(report?.kind === 'failed' ? report.failure.why : '', /had finished, but its answer was lost/)
  boss.stopThemWorking()
})

test('onFailure stopRightNow hands nothing ahead: who is behind the one that failed never begins, and comes back', async t => {
  for (const onFailure of ['stopRightNow', 'continue'] as const) {
    const { boss, lane } = bossOfFakes({ onFailure, depth: 4, scheduler: maxThreads(1) })
    for (let n = 0; n < 3; n++) boss.give({ n })
    boss.makeThemWork()
    await turn()
    lane(0).getReady()
    await turn()
    t.is(lane(0).held, onFailure === 'continue' ? 3 : 1)
    if (onFailure === 'continue') {
      void boss.stopThemWorking()
      continue
    }
    lane(0).throws(new Error('no'))
    lane(0).leaves()
    const { pending, counts } = await boss.stopThemWorking()
    t.deepEqual([pending.length, counts.failed], [2, 1])
  }
})

/** What each ticket is said to do: nobody begins before the report of the one before. */
function oneThingAtATime(events: readonly InspectEvent[]): string | undefined {
  const doing = new Map<number, number>()
  for (const event of events) {
    if (event.type === 'instruction.start') {
      const before = doing.get(event.ticket)
      if (before !== undefined) return `${event.id} starts on ${event.ticket}, which still does ${before}`
      doing.set(event.ticket, event.id)
    }
    if (event.type === 'report' && event.kind !== 'interim')
      for (const [ticket, id] of doing) if (id === event.id) doing.delete(ticket)
  }
  return undefined
}

test('a ticket does one thing at a time in every view, though what has ended is still on its way', async t => {
  const { boss, lane, events, clock } = bossOfFakes({ depth: 8, scheduler: maxThreads(1) })
  for (let n = 0; n < 6; n++) boss.give({ n })
  boss.makeThemWork()
  await turn()
  lane(0).getReady()
  await turn()
  const jobs = [...lane(0).jobs]
  // Three have ended and are on their way, and the fourth has begun just now.
  const { atWork } = lane(0)
  Object.assign(lane(0), {
    onTheWay: () => jobs.slice(0, 3),
    atWork: () => ({ job: jobs[3] as number, began: clock.now() }),
  })
  clock.pass(2500)
  Object.assign(lane(0), { onTheWay: () => [], atWork })
  lane(0).finishTogether([1, 2, 3])
  lane(0).finish(4)
  t.is(oneThingAtATime(events), undefined)
  t.is(events.filter(({ type }) => type === 'instruction.start').length, 5)
  void boss.stopThemWorking()
})

test('a ticket does one thing at a time in every view, with a thousand short instructions on threads', async t => {
  const boss = new Boss({ workers: square, scheduler: maxThreads(2) })
  const events: InspectEvent[] = []
  boss.inspect$.subscribe(event => events.push(event))
  for (let n = 0; n < 1000; n++) boss.give({ n })
  boss.makeThemWork()
  await boss.waitTillFinished()
  t.is(oneThingAtATime(events), undefined)
})

test('running is what has begun: what is handed to lanes that still open is pending', async t => {
  const { boss, lane } = bossOfFakes({ scheduler: maxThreads(2) })
  for (let n = 0; n < 5; n++) boss.give({ n })
  boss.makeThemWork()
  await turn()
  t.like(boss.state.counts, { pending: 5, running: 0 })
  lane(0).getReady()
  t.like(boss.state.counts, { pending: 4, running: 1 })
  const report = await boss.getReport()
  t.is(report.status === 'interim' ? report.runningNow.length : 0, 1)
  void boss.stop()
  t.like(boss.state.counts, { pending: 4, running: 1 })
})
