/** The rules under test, each with what must be true of whatever runs by it. Shared by the laws and their mutants. */

import fc from 'fast-check'
import { adaptive } from '../../src/scheduler/rules/adaptive.ts'
import { atMost } from '../../src/scheduler/rules/at-most.ts'
import { byDeadline } from '../../src/scheduler/rules/by-deadline.ts'
import { byPriority } from '../../src/scheduler/rules/by-priority.ts'
import { scheduler } from '../../src/scheduler/rules/combine.ts'
import { exclusive } from '../../src/scheduler/rules/exclusive.ts'
import { fairShare } from '../../src/scheduler/rules/fair-share.ts'
import { laxist } from '../../src/scheduler/rules/laxist.ts'
import { longestFirst } from '../../src/scheduler/rules/longest-first.ts'
import { maxLoad } from '../../src/scheduler/rules/max-load.ts'
import { maxMemory } from '../../src/scheduler/rules/max-memory.ts'
import { maxThreads } from '../../src/scheduler/rules/max-threads.ts'
import { rateLimit } from '../../src/scheduler/rules/rate-limit.ts'
import { resources } from '../../src/scheduler/rules/resources.ts'
import { sticky } from '../../src/scheduler/rules/sticky.ts'
import type { Pending, Scheduler } from '../../src/scheduler/scheduler.ts'
import type { Instruction } from '../../src/words/instruction.ts'
import type { Subject } from './laws.ts'

const filesOf = (instruction: Instruction) => instruction.files as readonly string[]
const memoryOf = ({ instruction: { memory = 20 } }: Pending) => memory as number

const atMostRun = (n: number) => (running: readonly Pending[]) =>
  running.length > n ? `${running.length} run, the limit is ${n}` : undefined

const memoryFits = (max: number) => (running: readonly Pending[]) => {
  const used = running.reduce((sum, one) => sum + memoryOf(one), 0)
  return used > max ? `${used} MiB used of ${max}` : undefined
}

const filesApart = (running: readonly Pending[]) => {
  const open = running.flatMap(({ instruction }) => filesOf(instruction))
  return new Set(open).size < open.length ? `a file is open twice: ${open.join(' ')}` : undefined
}

/** No key more than so often among those that run. */
const keysApart = (n: number) => (running: readonly Pending[]) => {
  const tenants = running.map(({ instruction }) => instruction.tenant)
  const many = tenants.find(one => tenants.filter(other => other === one).length > n)
  return many === undefined ? undefined : `more than ${n} of tenant ${many}`
}

const supply = { gpu: ['0', '1', '2'], licence: 2 }

/** Files stand for licences, memory for GPUs: some need both, some nothing. */
export const needsOf = (instruction: Instruction): Readonly<Record<string, number>> => ({
  gpu: Math.min(3, Math.floor(((instruction.memory as number) ?? 0) / 30)),
  licence: Math.min(2, filesOf(instruction).length),
})

const suppliesFit = (running: readonly Pending[]) => {
  const used = (name: string) =>
    running.reduce((sum, { instruction }) => sum + (needsOf(instruction)[name] ?? 0), 0)
  return used('gpu') > 3 || used('licence') > 2
    ? `${used('gpu')} of 3 GPUs, ${used('licence')} of 2 licences`
    : undefined
}

const startsApart = (n: number, perMs: number) => (starts: readonly number[]) => {
  const now = starts.at(-1) ?? 0
  const recent = starts.filter(start => start > now - perMs).length
  return recent > n ? `${recent} starts within ${perMs} ms, the limit is ${n}` : undefined
}

/** No machine is busy for ever. */
const sometimesBusy = () => {
  let reading = 0
  return { load: () => (reading++ % 3 === 1 ? 9 : 0), freeMiB: () => 1000 }
}

/** As somebody else would write a rule: no keys, no cost, and it looks at what runs. */
const ownRule = (most: number): Scheduler => ({
  concurrency: Infinity,
  admits: (next, running) =>
    running.filter(({ instruction }) => instruction.tenant === next.instruction.tenant).length < most,
})
const tenantsLimited = (most: number) => (running: readonly Pending[]) => {
  const tenants = running.map(({ instruction }) => instruction.tenant)
  const many = tenants.find(tenant => tenants.filter(one => one === tenant).length > most)
  return many === undefined ? undefined : `more than ${most} of tenant ${many}`
}

const small = fc.integer({ min: 1, max: 4 })

export const subjects = {
  laxist: fc.constant<Subject>({ scheduler: laxist() }),
  maxThreads: small.map<Subject>(n => ({ scheduler: maxThreads(n), holds: atMostRun(n) })),
  maxMemory: fc
    .integer({ min: 20, max: 150 })
    .map<Subject>(max => ({ scheduler: maxMemory({ max, perTask: 20 }), holds: memoryFits(max) })),
  longestFirst: fc.constant<Subject>({ scheduler: longestFirst() }),
  byPriority: fc.constant<Subject>({ scheduler: byPriority() }),
  exclusive: fc.constant<Subject>({ scheduler: exclusive(filesOf), holds: filesApart }),
  rateLimit: fc
    .tuple(small, fc.integer({ min: 1, max: 9 }))
    .map<Subject>(([n, perMs]) => ({ scheduler: rateLimit(n, perMs), holdsInTime: startsApart(n, perMs) })),
  maxLoad: fc.nat(5).map<Subject>(() => ({ scheduler: maxLoad({ load: 2 }, sometimesBusy()) })),
  fairShare: fc.constant<Subject>({ scheduler: fairShare(({ tenant }) => tenant) }),
  byDeadline: fc.constant<Subject>({ scheduler: byDeadline() }),
  atMost: small.map<Subject>(n => ({
    scheduler: atMost(n, ({ tenant }) => tenant),
    holds: keysApart(n),
  })),
  resources: fc.constant<Subject>({
    scheduler: { ...resources(supply), needs: ({ instruction }) => needsOf(instruction) },
    holds: suppliesFit,
  }),
  'rateLimit per key': fc.tuple(small, fc.integer({ min: 1, max: 9 })).map<Subject>(([n, perMs]) => ({
    scheduler: rateLimit(n, perMs, ({ tenant }) => tenant),
    holdsPerStart: starts => {
      const { at, pending } = starts.at(-1) as (typeof starts)[number]
      const recent = starts.filter(
        one => one.at > at - perMs && one.pending.instruction.tenant === pending.instruction.tenant,
      )
      return recent.length > n ? `${recent.length} starts of ${pending.instruction.tenant}` : undefined
    },
  })),
  adaptive: small.map<Subject>(max => {
    let now = 0
    return { scheduler: adaptive({ max }, () => (now += 40)), holds: atMostRun(max) }
  }),
  sticky: fc.constant<Subject>({ scheduler: sticky(({ tenant }) => tenant) }),
  'a rule of somebody else': small.map<Subject>(n => ({ scheduler: ownRule(n), holds: tenantsLimited(n) })),
} satisfies Record<string, fc.Arbitrary<Subject>>

export type RuleName = keyof typeof subjects

const allNames = Object.keys(subjects) as RuleName[]

/** Any of these together, with more or less patience. Never refused: laxist is left out, fairShare comes first. */
export function combined(names: readonly RuleName[] = allNames): fc.Arbitrary<Subject> {
  const useful = names
    .filter(name => name !== 'laxist')
    .sort((a, b) => Number(b === 'fairShare') - Number(a === 'fairShare'))
  return fc
    .subarray(useful, { minLength: 1 })
    .chain(chosen => fc.tuple(fc.tuple(...chosen.map(name => subjects[name])), patience))
    .map(([parts, rule]) => together(parts, rule))
}

/** These together, always. */
export function allOf(...names: readonly RuleName[]): fc.Arbitrary<Subject> {
  return fc
    .tuple(fc.tuple(...names.map(name => subjects[name])), patience)
    .map(([parts, rule]) => together(parts, rule))
}

const patience: fc.Arbitrary<Scheduler> = fc
  .constantFrom(1, 3, 10, Infinity, Infinity)
  .map(patience => ({ concurrency: Infinity, patience }))

function together(parts: readonly Subject[], patience: Scheduler): Subject {
  return {
    scheduler: scheduler(...parts.map(part => part.scheduler), patience),
    holds: running => parts.map(part => part.holds?.(running)).find(broken => broken !== undefined),
    holdsPerStart: starts =>
      parts.map(part => part.holdsPerStart?.(starts)).find(broken => broken !== undefined),
    holdsInTime: starts => parts.map(part => part.holdsInTime?.(starts)).find(broken => broken !== undefined),
  }
}
