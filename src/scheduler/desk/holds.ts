/**
 * Holds: what keeps one that waits at a desk with rules from starting now. It looks, and changes nothing.
 *
 *     the limit · a moment that has not come · keys and resources · the budget · `admits` · who is next by its age · the line
 */

import { nameOf } from '../rule-error.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Entry } from './entry.ts'
import { amountOf, type Key } from './key.ts'

/** One reason to wait. */
export interface Hold<T> {
  /** The rule, by its name. */
  readonly rule: string
  /** On which key, or which resource. */
  readonly key?: unknown
  /** Behind whom. */
  readonly behind: readonly T[]
  /** When time alone lifts it, on the clock of the desk. */
  readonly until?: number
  readonly why: string
}

/** What a desk with rules knows of one that waits. */
export interface DeskFacts<T> {
  readonly entry: Entry<T>
  readonly running: readonly Entry<T>[]
  readonly rules: readonly Scheduler[]
  /** Those that admit, or not. */
  readonly admits: readonly Scheduler[]
  /** What is left of the budget, and how much it is in all. */
  readonly room: number
  readonly budget: number
  /** Who has been overtaken too often: nobody starts before it. */
  readonly next: Entry<T> | undefined
  /** The first in line that may be looked at. */
  readonly first: Entry<T> | undefined
  /** How often it was overtaken, as far as that is counted against it. */
  readonly overtaken: number
  readonly opensAt: (rule: Scheduler) => number
}

/** All of them, those first that hold everybody. */
export function holdsOf<T>(facts: DeskFacts<T>, now: number, show: (item: T) => string): Hold<T>[] {
  const holds = [
    ...limitHolds(facts),
    ...timeHolds(facts, now),
    ...keyHolds(facts, show),
    ...budgetHolds(facts),
    ...verdictHolds(facts),
    ...ageHolds(facts, show),
  ]
  return holds.length > 0 ? holds : lineHolds(facts)
}

const itemsOf = <T>(entries: readonly Entry<T>[]) => entries.map(({ item }) => item)

/** Of rules that only limit. */
export function limitHolds<T>({ rules, running }: Pick<DeskFacts<T>, 'rules' | 'running'>): Hold<T>[] {
  const holds: Hold<T>[] = []
  for (const rule of rules) {
    const most = Math.min(rule.concurrency, Math.max(1, rule.limit?.(running.length) ?? Infinity))
    if (running.length < most) continue
    holds.push({ rule: nameOf(rule), behind: itemsOf(running), why: `${running.length} of ${most} run` })
  }
  return holds
}

function timeHolds<T>({ rules, opensAt }: DeskFacts<T>, now: number): Hold<T>[] {
  return rules.flatMap(rule => {
    const until = rule.opensAt === undefined ? now : opensAt(rule)
    return until > now ? [{ rule: nameOf(rule), behind: [], until, why: 'nobody may start before that' }] : []
  })
}

function keyHolds<T>({ entry, running }: DeskFacts<T>, show: (item: T) => string): Hold<T>[] {
  return entry.keys.flatMap(key => {
    const amount = amountOf(entry, key)
    if (key.freeFor(entry, amount)) return []
    const holders = running.filter(one => one.keys.includes(key))
    const { rule, perMs } = key.terms
    const before = key.reserved?.filter(one => one !== entry) ?? []
    const hold = { rule: nameOf(rule), key: key.name, behind: itemsOf([...holders, ...before]) }
    const left = key.most - key.held
    const kept =
      left >= amount && before[0] ? `, kept for ${show(before[0].item)}, which was overtaken too often` : ''
    if (perMs === undefined) return [{ ...hold, why: wordsOf(key, amount) + kept }]
    const [until] = key.frees
    const why = `${key.held} starts of ${key.most} within ${perMs} ms${kept}`
    return [{ ...hold, behind: itemsOf(before), why, ...(until !== undefined && { until }) }]
  })
}

function wordsOf<T>({ most, held, terms }: Key<Entry<T>>, amount: number): string {
  if (terms.amounts) return `it needs ${amount}, and ${Math.max(0, most - held)} of ${most} are free`
  return most === 1 ? 'it is taken' : `${held} of ${most} run`
}

function budgetHolds<T>({ entry, running, rules, room, budget }: DeskFacts<T>): Hold<T>[] {
  if (entry.cost <= room) return []
  const rule = rules.find(one => one.cost !== undefined)
  const behind = itemsOf(running.filter(({ cost }) => cost > 0))
  const why = `it needs ${entry.cost}, and ${Math.max(0, Math.floor(room))} of ${budget} are free`
  return [{ rule: nameOf(rule ?? {}), behind, why }]
}

function verdictHolds<T>({ entry, running, admits }: DeskFacts<T>): Hold<T>[] {
  const views = running.map(({ pending }) => pending)
  return admits
    .filter(rule => rule.admits?.(entry.pending, views) === false)
    .map(rule => ({
      rule: nameOf(rule),
      behind: itemsOf(running),
      why: 'it is not admitted beside what runs',
    }))
}

function ageHolds<T>({ entry, next }: DeskFacts<T>, show: (item: T) => string): Hold<T>[] {
  if (next === undefined || next === entry) return []
  const why = `${show(next.item)} was overtaken too often, and nobody starts before it`
  return [{ rule: 'patience', behind: [next.item], why }]
}

/** Nothing holds it but that others are looked at first. */
function lineHolds<T>({ entry, first, rules }: DeskFacts<T>): Hold<T>[] {
  if (first === undefined || first === entry) return []
  const ordering = rules.filter(rule => rule.order !== undefined || rule.share !== undefined).map(nameOf)
  const rule = ordering.length === 0 ? 'arrival' : ordering.join(', ')
  return [{ rule, behind: [first.item], why: 'others are before it in line' }]
}
