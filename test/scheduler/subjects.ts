/** The rules under test, each with what must be true of whatever runs by it. Shared by the laws and their mutants. */

import fc from 'fast-check'
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
import type { Pending, Scheduler } from '../../src/scheduler/scheduler.ts'
import type { Instruction } from '../../src/words/instruction.ts'
import type { Subject } from './laws.ts'

const filesOf = (instruction: Instruction) => instruction.files as readonly string[]
const memoryOf = ({ instruction: { memory = 20 } }: Pending) => memory

const atMost = (n: number) => (running: readonly Pending[]) =>
  running.length > n ? `${running.length} run, the limit is ${n}` : undefined

const memoryFits = (max: number) => (running: readonly Pending[]) => {
  const used = running.reduce((sum, one) => sum + memoryOf(one), 0)
  return used > max ? `${used} MiB used of ${max}` : undefined
}

const filesApart = (running: readonly Pending[]) => {
  const open = running.flatMap(({ instruction }) => filesOf(instruction))
  return new Set(open).size < open.length ? `a file is open twice: ${open.join(' ')}` : undefined
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
  maxThreads: small.map<Subject>(n => ({ scheduler: maxThreads(n), holds: atMost(n) })),
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
    holdsInTime: starts => parts.map(part => part.holdsInTime?.(starts)).find(broken => broken !== undefined),
  }
}
