/** A remote lane against a post that does as told: in whatever order things happen, it exits, and accounts for every job. */

import { mock } from 'node:test'

import test from 'ava'
import fc from 'fast-check'
import type { Job, LaneEvent } from '../../../src/crew/crew.ts'
import type { Order, Outcome } from '../../../src/crew/queue/messages.ts'
import { RemoteLane } from '../../../src/crew/queue/remote-lane.ts'
import misbehave from '../../fixtures/misbehave.ts'

const where = { host: 'there', pid: 1 }
const outcomeOf = (order: Order, death?: Outcome['death']): Outcome => ({
  v: 1,
  where,
  ms: 1,
  said: 0,
  answers: order.instructions.map(() => (death === undefined ? { result: 1, at: 0, ms: 1 } : null)),
  ...(death !== undefined && { death }),
})

/** A lane of `pack` instructions a job, whose post has no Redis. */
function tried(pack: number) {
  const given: Job[] = []
  const ends = new Map<Job, string[]>()
  const end = (jobs: readonly Job[], how: string) => {
    for (const job of jobs) ends.set(job, [...(ends.get(job) ?? []), how])
  }
  let sent: { id: string; order: Order } | undefined
  let redis: 'takes it back' | 'is too late' | 'is away' = 'takes it back'
  let exits = 0
  const lane = new RemoteLane({
    terms: {
      ticket: 0,
      definitions: [misbehave],
      orders: {
        definitionOf: () => 0,
        idOf: job => job,
        attributesOf: () => ({ act: 'answer' }),
        attemptOf: () => 1,
        nameOf: () => undefined,
      },
      hooks: [],
      graceMs: 0,
      ahead: true,
    },
    post: {
      join: () => {},
      leave: () => {},
      keepAlive: () => {},
      settle: () => {},
      tell: () => {},
      send: (letter: { id: string; order: Order }) => {
        sent = letter
      },
      takeBack: () =>
        redis === 'is away' ? new Promise(() => {}) : Promise.resolve(redis === 'takes it back'),
    } as never,
    run: 'run',
    adopts: false,
    pack,
    payloadMB: 8,
  })
  lane.events$.subscribe((event: LaneEvent) => {
    if (event.type === 'done') end(event.jobs, 'done')
    if (event.type === 'failed') end([event.job], 'failed')
    if (event.type !== 'exit') return
    exits++
    end(event.begun, 'begun')
    end(event.queued, 'queued')
    end(event.lost, 'lost')
  })
  const steps = {
    connect: () => lane.connected(),
    refuse: () => lane.refused('no'),
    give: () => {
      if (exits > 0) return
      given.push(given.length)
      lane.give(given.length - 1)
    },
    begin: () => sent && lane.began(sent.id),
    answer: () => sent && lane.ended(sent.id, outcomeOf(sent.order), ''),
    die: () =>
      sent &&
      lane.ended(
        sent.id,
        outcomeOf(sent.order, {
          why: 'crashed',
          reason: 'it fell',
          begun: [0],
          queued: sent.order.instructions.map((_, i) => i).slice(1),
          lost: [],
        }),
        '',
      ),
    stall: () => sent && lane.ended(sent.id, undefined, 'stalled'),
    vanish: () => sent && lane.vanished(sent.id),
    abort: () => given.length > 0 && lane.abort(given.length - 1, 'enough'),
    withdraw: () => {
      if (given.length > 0 && lane.withdraw(given.length - 1)) end([given.length - 1], 'withdrawn')
    },
    tooLate: () => {
      redis = 'is too late'
    },
    away: () => {
      redis = 'is away'
    },
    close: () => lane.close(),
    terminate: () => lane.terminate(),
  }
  return { lane, steps, given, ends, exits: () => exits }
}

const settle = async () => {
  for (let i = 0; i < 8; i++) await Promise.resolve()
}

type Step = keyof ReturnType<typeof tried>['steps']
const steps = Object.keys(tried(1).steps) as Step[]

async function play(sequence: readonly Step[], pack: number) {
  const one = tried(pack)
  for (const step of sequence) {
    one.steps[step]()
    await settle()
  }
  one.lane.terminate()
  await settle()
  mock.timers.tick(5000) // a consumer that does not answer is given up after 3 s
  await settle()
  return one
}

test.serial.before(() => mock.timers.enable({ apis: ['setTimeout'] }))
test.after.always(() => mock.timers.reset())

test.serial('told to end while the answer is on its way, it exits (1.28)', async t => {
  const one = await play(['connect', 'give', 'begin', 'terminate', 'answer'], 1)
  t.is(one.exits(), 1)
  t.deepEqual([...one.ends], [[0, ['done']]])
})

test.serial('in any order of events it exits once, and every job ends once (1.1, 1.28)', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...steps), { maxLength: 16 }),
      // Most of what happens, happens to a job that is under way.
      fc.constantFrom<readonly Step[]>([], ['connect'], ['connect', 'give'], ['connect', 'give', 'begin']),
      fc.constantFrom(1, 3),
      async (sequence, before, pack) => {
        const { given, ends, exits } = await play([...before, ...sequence], pack)
        if (exits() !== 1) throw new Error(`it exited ${exits()} times`)
        for (const job of given) {
          const how = ends.get(job) ?? []
          if (how.length !== 1) throw new Error(`job ${job} ended ${how.length} times: ${how.join()}`)
        }
      },
    ),
    { numRuns: 10_000 },
  )
  t.pass()
})
