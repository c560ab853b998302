/**
 * The laws of schedulers, for any rules: `obeysTheLaws('maxThreads', arbitrary)` is all that a rule's test needs.
 *
 * A random workload arrives at a desk; a simulated clock and crew perform it, withdraw some of it, repeat some of it.
 * After every event the laws are checked with what a naive reader of the rules would say.
 */

import test from 'ava'
import fc from 'fast-check'
import { orderOf, patienceOf, rulesOf } from '../../src/scheduler/combined-rules.ts'
import { changeDesk, openDesk } from '../../src/scheduler/desk/desk.ts'
import type { Pending, Scheduler } from '../../src/scheduler/scheduler.ts'

/** One instruction of a workload, and what happens to it. */
export interface Job {
  readonly arrives: number
  readonly takes: number
  readonly memory: number | undefined
  readonly priority: number
  readonly expected: number | undefined
  readonly files: readonly string[]
  readonly tenant: string
  /** So long after its arrival somebody cancels it, if it still waits. */
  readonly withdrawnAfter: number | undefined
  readonly repeated: boolean
}

/** A scheduler, and what must be true of any set that runs by it; a reason when it is not. */
export interface Subject {
  readonly scheduler: Scheduler
  readonly holds?: (running: readonly Pending[]) => string | undefined
  /** Times of all starts so far, the last one now. */
  readonly holdsInTime?: (starts: readonly number[]) => string | undefined
  /** All starts so far, the last one now. */
  readonly holdsPerStart?: (
    starts: readonly { readonly at: number; readonly pending: Pending }[],
  ) => string | undefined
}

export interface Setting {
  /** The desk under test: mutants have their own. */
  readonly open: typeof openDesk
  readonly changeDesk?: typeof changeDesk
  /** Changes to these rules at that time. */
  readonly later?: { readonly at: number; readonly subject: Subject }
}

export const arbitraryJob: fc.Arbitrary<Job> = fc.record({
  arrives: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 60 })),
  takes: fc.integer({ min: 0, max: 12 }),
  memory: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined, freq: 5 }),
  priority: fc.integer({ min: 0, max: 3 }),
  expected: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined, freq: 4 }),
  files: fc.subarray(['a', 'b', 'c']),
  tenant: fc.constantFrom('x', 'y', 'z'),
  withdrawnAfter: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 15 })),
  repeated: fc.integer({ min: 0, max: 5 }).map(n => n === 0),
})

export const arbitraryWorkload = fc.array(arbitraryJob, { maxLength: 40, size: 'max' })

/** Runs of each property. */
const runs = Number(process.env.LAW_RUNS ?? 500)

export function obeysTheLaws(name: string, subjects: fc.Arbitrary<Subject>): void {
  test.serial(`${name} obeys the laws of schedulers`, async t => {
    await aTurn()
    t.is(brokenLaw(subjects, { open: openDesk, runs }), undefined)
  })

  test.serial(`${name} obeys the laws of schedulers when it is changed for another, and back`, async t => {
    await aTurn()
    t.is(brokenLaw(subjects, { open: openDesk, runs: Math.ceil(runs / 2), changing: true }), undefined)
  })
}

/** So that AVA hears of one test before the next one takes the thread. */
const aTurn = () => new Promise(resolve => setImmediate(resolve))

interface Search {
  readonly open: typeof openDesk
  readonly changeDesk?: typeof changeDesk
  readonly runs: number
  /** In the middle the rules change for others, or others for these. */
  readonly changing?: boolean
}

/** The law that some workload breaks, with the smallest such workload found; `undefined`: none. */
export function brokenLaw(
  subjects: fc.Arbitrary<Subject>,
  { open, changeDesk, runs, changing }: Search,
): string | undefined {
  const other: Subject = { scheduler: { concurrency: 2, patience: Infinity } }
  const change = fc.tuple(fc.nat(40), fc.boolean())
  const property = fc.property(subjects, arbitraryWorkload, change, (subject, jobs, changes) => {
    const desks = { open, ...(changeDesk && { changeDesk }) }
    if (!changing) return simulate(subject, jobs, desks)
    const [at, back] = changes
    const [first, second] = back ? [other, subject] : [subject, other]
    simulate(first, jobs, { ...desks, later: { at, subject: second } })
  })
  const result = fc.check(property, { numRuns: runs })
  if (!result.failed) return undefined
  const [subject, jobs, changes] = result.counterexample ?? []
  const workload = jobs?.map(job => JSON.stringify(job)).join('\n  ')
  return `${result.errorInstance}\n${subject?.scheduler.name}, patience ${subject && patienceOf(rulesOf(subject.scheduler))}, change ${changes}, seed ${result.seed}, path ${result.counterexamplePath}\n  ${workload}`
}

/** @throws when a law is broken, naming it */
export function simulate(
  first: Subject,
  jobs: readonly Job[],
  { open, changeDesk: changeTo = changeDesk, later }: Setting,
): void {
  // Slots are used again, as the Boss does: a desk that hands out who has withdrawn hands out somebody else.
  const slots: (Pending | undefined)[] = []
  const jobOf = new Map<number, Job>()
  const view = (slot: number) => slots[slot] as Pending
  let desk = open<number>(first.scheduler, view)
  let subject = first
  let rules = rulesOf(first.scheduler)

  /** Who waits, in order of arrival or return. */
  let waiting: Waiting[] = []
  const running = new Map<number, Pending>()
  const repeated = new Set<number>()
  const counts = { arrived: 0, refused: 0, started: 0, withdrawn: 0, ended: 0 }
  const starts: number[] = []
  let begun: { at: number; pending: Pending }[] = []
  const events = new Events()
  const lanes = new Lanes()
  let now = 0

  const inOrder = [...jobs].sort((a, b) => a.arrives - b.arrives)
  inOrder.forEach((job, id) => {
    jobOf.set(id, job)
    events.add(job.arrives, () => arrive(id, job))
  })
  if (later !== undefined) events.add(later.at, change)
  while (events.size > 0) {
    now = events.time
    events.run()
    look()
    const again = desk.lookAgainAt(now)
    if (again !== undefined) {
      law(again > now, 'a time to look again lies ahead')
      events.add(again, () => {})
    }
  }
  law(
    waiting.length === 0 && running.size === 0,
    `all is done at the end, not ${waiting.length} left waiting`,
  )
  law(counts.ended + counts.withdrawn + counts.refused === counts.arrived, 'nothing is lost or duplicated')

  function arrive(id: number, job: Job): void {
    const pending = deepFreeze<Pending>({
      id,
      instruction: {
        deadline: job.expected,
        memory: job.memory,
        priority: job.priority,
        files: job.files,
        tenant: job.tenant,
      } as never,
      worker: 'job',
      expectedMs: job.expected,
    })
    let slot = slots.indexOf(undefined)
    if (slot < 0) slot = slots.length
    slots[slot] = pending
    counts.arrived++
    if (desk.impossible(slot) !== undefined) {
      counts.refused++
      slots[slot] = undefined
      return
    }
    desk.arrive(slot)
    waiting.push({ slot, pending, back: false, overtaken: 0 })
    if (job.withdrawnAfter !== undefined) {
      events.add(now + job.withdrawnAfter, () => {
        if (slots[slot] === pending) withdraw(slot)
      })
    }
  }

  function withdraw(slot: number): void {
    const waits = waiting.some(one => one.slot === slot)
    law(desk.withdraw(slot) === waits, 'withdraw says whether it waited')
    if (!waits) return
    waiting = waiting.filter(one => one.slot !== slot)
    slots[slot] = undefined
    counts.withdrawn++
  }

  function change(): void {
    subject = (later as NonNullable<typeof later>).subject
    lanes.forgetAll()
    rules = rulesOf(subject.scheduler)
    starts.length = 0
    begun = []
    const changed = changeTo(desk, open<number>(subject.scheduler, view), running.keys())
    desk = changed.desk
    for (const { item } of changed.refusals) {
      waiting = waiting.filter(one => one.slot !== item)
      slots[item] = undefined
      counts.refused++
    }
    waiting.sort((a, b) => a.pending.id - b.pending.id)
    for (const one of waiting) Object.assign(one, { back: false, overtaken: 0 })
  }

  function look(): void {
    for (;;) {
      // A plain desk leaves the limit to its caller.
      if (desk.plain && running.size >= desk.concurrency) break
      const slot = desk.next(now, lanes.free)
      law(desk.pending === waiting.length - Number(slot !== undefined), 'pending counts who waits')
      if (slot === undefined) break
      start(slot)
      law(desk.running === running.size, 'running counts who runs')
    }
    // What time alone sets free may be what somebody waits for; a limit that moves is the rule's own business.
    const open = desk.lookAgainAt(now) === undefined && !rules.some(rule => rule.limit)
    if (running.size === 0) law(waiting.length === 0 || !open, 'with nothing running, something starts')
    const roomLeft = running.size < Math.min(...rules.map(rule => rule.concurrency))
    if (open && roomLeft && patienceOf(rules) === Infinity) {
      const idle = waiting.find(one => admissible(one.pending))
      law(idle === undefined, `nobody waits who may start: ${idle?.pending.id}`)
    }
  }

  function start(slot: number): void {
    const started = waiting.find(one => one.slot === slot)
    if (started === undefined) throw new Error(`law broken: only who waits is started, not ${slot}`)
    const { pending } = started
    law(!desk.sticky || rules.some(rule => rule.prefers), 'a desk is sticky only where a rule prefers lanes')
    if (desk.sticky) stick(slot, started)
    law(running.size < Math.min(...rules.map(rule => rule.concurrency)), 'the limit holds')
    for (const other of waiting) {
      const equal =
        rules.every(rule => !rule.order?.(other.pending, pending)) && alike(other.pending, pending)
      if (equal && other !== started) {
        const before = other.back === started.back ? other.pending.id < pending.id : other.back
        // One that came back goes before its equals, but not before one that is next by its age.
        const aged = other.back && patienceOf(rules) < Infinity
        law(
          !before || aged || desk.sticky,
          `arrival order among equals: ${pending.id} before ${other.pending.id}`,
        )
      }
    }
    if (patienceOf(rules) === Infinity && isExact(rules)) {
      const order = (other: Waiting) =>
        orderOf(rules)?.(other.pending, pending) ||
        (desk.sticky ? 0 : Number(started.back) - Number(other.back) || other.pending.id - pending.id)
      const ahead = waiting.find(other => order(other) < 0 && admissible(other.pending))
      law(ahead === undefined, `the order of the rules: ${pending.id} before ${ahead?.pending.id}`)
    }
    const [oldest] = waiting
    // Who comes back has arrived before, and overtakes nobody.
    if (oldest !== undefined && oldest.pending.id < pending.id) {
      const spared = leavesRoomFor(oldest.pending, pending)
      oldest.overtaken++
      const due = oldest.overtaken > patienceOf(rules)
      law(
        !due || (spared && keysOf(oldest.pending).length > 0) || started.due === true,
        `the oldest is overtaken ${oldest.overtaken} times`,
      )
    }
    for (const one of waiting) if (one.overtaken >= patienceOf(rules)) one.due = true
    waiting = waiting.filter(one => one !== started)
    // What runs from before a change may be against the new rules.
    const heldBefore = subject.holds?.([...running.values()]) === undefined
    running.set(slot, pending)
    counts.started++
    starts.push(now)
    begun.push({ at: now, pending })
    const broken =
      subject.holds?.([...running.values()]) ??
      subject.holdsInTime?.(starts) ??
      subject.holdsPerStart?.(begun)
    law(broken === undefined || !heldBefore, `${broken}`)
    const job = jobOf.get(pending.id) as Job
    events.add(now + job.takes, () => end(slot, pending, job))
  }

  /** A free lane takes its own keys first, then those that no lane had, then any. */
  function stick(slot: number, started: Waiting): void {
    const homeOf = ({ pending }: Waiting) => rules.find(rule => rule.prefers)?.prefers?.(pending)
    const warm = (one: Waiting) => lanes.free.filter(lane => lanes.had(lane, homeOf(one)))
    const lane = desk.laneFor(slot)
    const home = warm(started)
    law(
      lane === undefined ? home.length === 0 : home.includes(lane),
      `it goes to a lane that had its key: ${lane}`,
    )
    // Who waits for a key is woken in its order: whom a lane would find warm may still wait there.
    const wakes = rules.some(rule => rule.keys || rule.needs)
    if (lane === undefined && patienceOf(rules) === Infinity && isExact(rules) && !wakes) {
      const equals = waiting.filter(
        one => !orderOf(rules)?.(one.pending, started.pending) && admissible(one.pending),
      )
      law(
        !equals.some(one => warm(one).length > 0),
        `a free lane takes its own keys first: ${started.pending.id}`,
      )
      const isFresh = (one: Waiting) => !lanes.anyHad(homeOf(one))
      law(
        isFresh(started) || !equals.some(isFresh),
        `keys that no lane had before another's: ${started.pending.id}`,
      )
    }
    const taken = lane ?? (lanes.free[0] as number)
    desk.placed(slot, taken)
    lanes.take(slot, taken, homeOf(started))
  }

  function end(slot: number, pending: Pending, job: Job): void {
    running.delete(slot)
    desk.leave(slot)
    lanes.leave(slot)
    if (job.repeated && !repeated.has(pending.id)) {
      repeated.add(pending.id)
      if (desk.impossible(slot) === undefined) {
        desk.requeue(slot)
        waiting.push({ slot, pending, back: true, overtaken: 0 })
        return
      }
    }
    counts.ended++
    slots[slot] = undefined
  }

  function keysOf(pending: Pending): unknown[] {
    return rules.flatMap((rule, i) =>
      [...(rule.keys?.(pending) ?? []), ...Object.keys(neededBy(rule, pending))].map(key => `${i} ${key}`),
    )
  }

  /** Whether one that starts leaves as much of every key that both want as the other needs. */
  function leavesRoomFor(one: Pending, starting: Pending): boolean {
    const now = [...running.values(), starting]
    return rules.every(rule => {
      const { mostPerKey = 1, perMs } = rule
      const holders =
        perMs === undefined
          ? now
          : [...begun.filter(({ at }) => at > lastTime() - perMs).map(({ pending }) => pending), starting]
      const shared = (rule.keys?.(one) ?? []).filter(key => rule.keys?.(starting).includes(key))
      const needs = neededBy(rule, starting)
      return (
        shared.every(key => holders.filter(other => rule.keys?.(other).includes(key)).length < mostPerKey) &&
        Object.entries(neededBy(rule, one)).every(([name, amount]) => {
          if (needs[name] === undefined) return true
          const used = now.reduce((all, other) => all + (neededBy(rule, other)[name] ?? 0), 0)
          const supply = rule.supplies?.[name] ?? 0
          return used + amount <= (typeof supply === 'number' ? supply : supply.length)
        })
      )
    })
  }

  function lastTime(): number {
    return now
  }

  /** As the rules read, without any index. */
  function admissible(pending: Pending): boolean {
    const now = [...running.values()]
    return rules.every(rule => {
      const sum = (ones: readonly Pending[]) => ones.reduce((all, one) => all + (rule.cost?.(one) ?? 0), 0)
      const taken = now.flatMap(one => rule.keys?.(one) ?? [])
      const isFree = (key: unknown) => taken.filter(other => other === key).length < (rule.mostPerKey ?? 1)
      const isThere = ([name, amount]: [string, number]) => {
        const used = now.reduce((all, one) => all + (neededBy(rule, one)[name] ?? 0), 0)
        const supply = rule.supplies?.[name] ?? 0
        return used + amount <= (typeof supply === 'number' ? supply : supply.length)
      }
      return (
        sum([...now, pending]) <= (rule.budget ?? Infinity) &&
        (rule.perMs !== undefined || (rule.keys?.(pending) ?? []).every(isFree)) &&
        Object.entries(neededBy(rule, pending)).every(isThere) &&
        (rule.admits?.(pending, now) ?? true)
      )
    })
  }
}

const neededBy = (rule: Scheduler, pending: Pending): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(rule.needs?.(pending) ?? {}).filter(([, amount]) => amount > 0))

interface Waiting {
  readonly slot: number
  readonly pending: Pending
  readonly back: boolean
  overtaken: number
  due?: boolean
}

/** So many lanes as can be needed: who is in which, and what each had. */
class Lanes {
  readonly #taken = new Map<number, number>()
  #had = new Map<number, Set<unknown>>()

  get free(): number[] {
    const taken = [...this.#taken.values()]
    return Array.from({ length: taken.length + 3 }, (_, lane) => lane).filter(lane => !taken.includes(lane))
  }

  had(lane: number, key: unknown): boolean {
    return this.#had.get(lane)?.has(key) ?? false
  }

  anyHad(key: unknown): boolean {
    return [...this.#had.values()].some(keys => keys.has(key))
  }

  take(slot: number, lane: number, key: unknown): void {
    this.#taken.set(slot, lane)
    this.#had.set(lane, (this.#had.get(lane) ?? new Set()).add(key))
  }

  leave(slot: number): void {
    this.#taken.delete(slot)
  }

  /** What changes hands has other rules. */
  forgetAll(): void {
    this.#had = new Map()
  }
}

/** What happens when, in order. */
class Events {
  #list: { readonly at: number; readonly run: () => void }[] = []

  get size(): number {
    return this.#list.length
  }

  get time(): number {
    return this.#list[0]?.at ?? 0
  }

  add(at: number, run: () => void): void {
    const place = this.#list.findIndex(event => event.at > at)
    this.#list.splice(place < 0 ? this.#list.length : place, 0, { at, run })
  }

  run(): void {
    this.#list.shift()?.run()
  }
}

/**
 * Whether the first in order who may start is the one who starts, always. Not so where keys take turns; nor where memory and
 * keys are combined: who waits for a key is not looked at while the one before it lacks memory, unless nobody else starts.
 */
const isExact = (rules: readonly Scheduler[]) =>
  !rules.some(rule => rule.share || rule.perMs) &&
  !(rules.some(rule => rule.keys || rule.needs) && rules.some(rule => rule.cost || rule.admits))

function alike(a: Pending, b: Pending): boolean {
  return JSON.stringify([a.instruction, a.expectedMs]) === JSON.stringify([b.instruction, b.expectedMs])
}

function law(holds: boolean, what: string): void {
  if (!holds) throw new Error(`law broken: ${what}`)
}

function deepFreeze<A>(value: A): A {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
