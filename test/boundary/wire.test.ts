/**
 * A worker that lies: whatever it says to the boss, nothing is thrown past the boundary, nobody is kept busy for long, and
 * every instruction still gets exactly one final report.
 */

import test from 'ava'
import fc from 'fast-check'

import { toMain } from '../../src/crew/lane/wire.ts'
import { Boss, failureToError, type InspectEvent, maxThreads, type Report } from '../../src/index.ts'
import square from '../fixtures/square.ts'
import { hostileCrew } from './hostile-crew.ts'

/** Data that no text can be made of, and that a structured clone carries all the same. */
const unshowable = fc.constantFrom<unknown>(
  { toString: null, valueOf: null },
  { toJSON: 1, toString: {} },
  { constructor: { name: { toString: null } } },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  Object.create(null),
)
const number = fc.oneof(
  fc.integer({ min: -2, max: 8 }),
  fc.double(),
  fc.constantFrom(2 ** 53, 2 ** 31, -0, Number.NaN, Infinity, Number.NEGATIVE_INFINITY),
)
const part: fc.Arbitrary<unknown> = fc.oneof(
  number,
  unshowable,
  fc.anything({ maxDepth: 2 }),
  fc.array(number),
)
const n = fc.integer({ min: -1, max: 6 })
const text = fc.oneof(fc.string(), part)

/** What looks like the data of an error, as far as anybody looks. */
const error = fc.record(
  {
    name: text,
    message: fc.oneof({ weight: 3, arbitrary: fc.string() }, part),
    stack: text,
    cause: part,
    code: part,
  },
  { requiredKeys: ['message'] },
)
const failure = fc.record(
  {
    code: fc.constantFrom(
      'threw',
      'crashed',
      'timeout',
      'outOfMemory',
      'poison',
      'storm',
      'refused',
      'unserialisable',
    ),
    what: fc.string(),
    why: fc.string(),
    remedy: fc.string(),
    error: fc.oneof(error, part),
  },
  { requiredKeys: ['code', 'what', 'why', 'remedy'] },
)

/** Messages that are nearly right: those get furthest. */
const nearly = fc.oneof(
  fc.tuple(fc.constant(toMain.ready)),
  fc.tuple(fc.constant(toMain.results), n, number, fc.tuple(fc.constant(1), number), fc.tuple(part)),
  fc.tuple(fc.constant(toMain.results), n, number, fc.array(number), fc.array(part)),
  fc.tuple(fc.constant(toMain.failed), n, failure, number, number),
  fc.tuple(fc.constant(toMain.note), n, part),
  fc.tuple(fc.constant(toMain.log), fc.constantFrom('stdout', 'stderr', 'else'), text, number),
  fc.tuple(fc.constant(toMain.dying), fc.oneof(error, part)),
  fc.tuple(fc.constant(toMain.closed), fc.oneof(error, part)),
  fc.tuple(fc.constant(toMain.heap), part),
)
const garbage = fc.oneof(
  fc.anything(),
  fc.array(part),
  fc.tuple(fc.integer({ min: -1, max: 9 }), part, part, part, part),
)
const section = fc.oneof({ weight: 3, arbitrary: nearly }, { weight: 1, arbitrary: garbage })
const bundle = fc.array(section, { maxLength: 6 }).map(sections => [toMain.bundle, ...sections])
const lie = fc.oneof({ weight: 6, arbitrary: section }, { weight: 1, arbitrary: bundle })

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('lie' as const), place: fc.nat(3), message: lie }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('work' as const), place: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), place: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), place: fc.nat(3), message: lie }) },
)

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

function bossOver(crew: ReturnType<typeof hostileCrew>) {
  const boss = new Boss({
    workers: square,
    crew,
    scheduler: maxThreads(2),
    supervise: { max: Infinity, within: 1, backoff: () => 0 },
    output: 'inspect',
    retries: 1,
    backoff: () => 0,
    graceMs: 0,
  })
  const reports: Report[] = []
  const events: InspectEvent[] = []
  boss.reports$.subscribe(report => reports.push(report))
  boss.inspect$.subscribe(event => events.push(event))
  return { boss, reports, events }
}

for (const shared of [true, false]) {
  const where = shared ? 'with shared cells' : 'without shared cells'
  test(`whatever a worker says, each instruction has one final report; ${where} (1.4)`, async t => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (acts, jobs) => {
          const crew = hostileCrew(shared)
          const { boss, reports, events } = bossOver(crew)
          for (let i = 0; i < jobs; i++) boss.give({ n: i })
          boss.makeThemWork()
          await turn()
          for (const one of acts) {
            const place = crew.places[one.place % Math.max(1, crew.places.length)]
            if (one.do === 'lie') place?.say(one.message)
            else if (one.do === 'work') place?.work()
            else if (one.do === 'end') place?.ends({ reason: 'it was gone', exitCode: 1 })
            else for (let i = 0; i < 3; i++) place?.say(one.message)
            await turn()
          }
          const waits = boss.waitTillFinished()
          // What is to be repeated waits for a timer, and many turns fit into its millisecond.
          const patience = performance.now() + 2000
          while (boss.state.phase !== 'exited') {
            if (performance.now() > patience) throw new Error(`it hangs: ${JSON.stringify(boss.state)}`)
            for (const place of crew.places) {
              if (!place.open) continue
              place.say([toMain.ready]) // one that is ready already is not believed, and no more
              while (place.work());
            }
            await turn()
          }
          const { counts } = await waits
          const finals = reports.filter(({ kind }) => kind !== 'interim')
          t.deepEqual(
            finals.map(({ id }) => id).sort((a, b) => a - b),
            Array.from({ length: jobs }, (_, id) => id),
          )
          t.is(counts.submitted, counts.done + counts.failed + counts.cancelled)
          for (const report of finals)
            if (report.kind === 'failed') t.true(failureToError(report.failure) instanceof Error)
          t.notThrows(() => JSON.stringify(events.map(({ type, t: at }) => [type, at])))
          t.is(({} as { polluted?: boolean }).polluted, undefined)
        },
      ),
      { numRuns: 2000 },
    )
  })
}

test('a sparse array of four thousand million costs its receiver nothing', t => {
  const crew = hostileCrew()
  const { boss, events } = bossOver(crew)
  boss.give({ n: 1 })
  boss.makeThemWork()
  return turn().then(async () => {
    const place = crew.places[0]
    place?.say([toMain.ready])
    await turn()
    const huge = (kind: number) => Object.assign([], { 0: kind, length: 2 ** 32 - 1 })
    const before = performance.now()
    for (let kind = -1; kind <= 9; kind++) place?.say(huge(kind))
    place?.say([toMain.results, 0, 0, [2 ** 32 - 1, 1], Object.assign([], { length: 2 ** 32 - 1 })])
    place?.say([toMain.results, 0, 0, Object.assign([], { length: 2 ** 32 - 1 }), []])
    t.true(performance.now() - before < 1000)
    t.true(events.some(({ type }) => type === 'actor.deadLetter'))
    place?.work()
    t.like(boss.state.counts, { done: 1 })
    await boss.stopThemWorking()
  })
})
