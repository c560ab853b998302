/**
 * `explain(boss, id)`: why does it wait? Which rule holds it back, on what, behind whom, until when: as data and in words.
 *
 *     the boss is halted · another attempt rests · the desk's rules · no lane is ready
 *
 * It looks when somebody asks, at each rule once, and nothing is kept for it.
 */

import { rulesOf } from '../scheduler/combined-rules.ts'
import { type Hold, holdsOf, limitHolds } from '../scheduler/desk/holds.ts'
import { explainFailure, type Failure } from '../words/failure.ts'
import type { InstructionId } from '../words/instruction.ts'
import { showValue } from '../words/show-value.ts'
import type { AnyWorker } from '../worker/worker.ts'
import type { Boss } from './boss.ts'
import type { BossRun } from './boss-run.ts'
import { runOf } from './inside.ts'
import type { Line } from './ledger.ts'
import { mostNamed } from './limits.ts'

/** One reason why an instruction does not start now. */
export interface HeldBack {
  /** The rule, by its name; `halted`, `retry`, `arrival`, `patience` or `workers` where it is none. */
  readonly rule: string
  /** On which key, or which resource. */
  readonly key?: unknown
  /** Behind whom: those that run, or those that are before it. */
  readonly behind: readonly InstructionId[]
  /** Time alone lifts it, in so many milliseconds. */
  readonly inMs?: number
  readonly why: string
}

/** Where an instruction stands that is not settled, and why. */
export interface Explanation {
  readonly id: InstructionId
  readonly name: string
  readonly state: 'waiting' | 'running'
  /** Milliseconds since it was accepted. */
  readonly ms: number
  /** What holds it back: what holds everybody first. Empty where it starts next. */
  readonly heldBack: readonly HeldBack[]
  /** How often it was overtaken, as ageing counts that: against who waits longest, and who is first and does not fit. */
  readonly overtaken: number
  /** Where time decides: in so many milliseconds at the earliest. */
  readonly inMs?: number
  /** What holds it back, in words. */
  readonly why: string
  /** All of it in one line. */
  readonly words: string
}

/** What `explain` needs of a Boss, or of what was made of one. */
export type Explained = Pick<Boss<AnyWorker>, 'inspect$' | 'notices$'>

/** A failure in one line: what happened, why, and what to do. */
export function explain(failure: Failure, name?: string): string
/**
 * Why an instruction waits. Costs O(rules), and nothing where nobody asks.
 *
 * @param id  absent: the one that waits longest
 * @returns `undefined`: it is settled, or there is none
 *
 * @example
 * console.log(explain(boss, id)?.words) // "thumb#7" waits for 2.1 s: exclusive "a.png" is taken, behind #3
 */
export function explain(boss: Explained, id?: InstructionId): Explanation | undefined
export function explain(
  what: Failure | Explained,
  which?: string | number,
): string | Explanation | undefined {
  if (!('inspect$' in what)) return explainFailure(what, which as string | undefined)
  const run = runOf(what)
  if (run === undefined) return undefined
  const line =
    typeof which === 'number' ? run.ledger.find(which) : run.ledger.lines().find(one => !isAtWork(run, one))
  return line === undefined ? undefined : explanationOf(run, line)
}

function explanationOf(run: BossRun, line: Line): Explanation {
  const { ledger, reporter, settings, desk } = run
  const now = settings.clock.now()
  const id = ledger.idOf(line)
  const name = reporter.nameOf(line)
  const ms = Math.max(0, now - ledger.acceptedAt(line))
  const heldBack = heldBackBy(run, line, now)
  const times = heldBack.flatMap(({ inMs }) => inMs ?? [])
  const overtaken = desk.facts(line, now)?.overtaken ?? 0
  const known = { id, name, ms, heldBack, overtaken, ...(times.length > 0 && { inMs: Math.max(...times) }) }
  if (isAtWork(run, line))
    return { ...known, state: 'running', why: 'at work', words: `"${name}" is at work` }
  const passed = overtaken === 0 ? '' : `; overtaken ${overtaken} times`
  const why = (heldBack.length === 0 ? 'it starts next' : heldBack.map(inWords).join('; ')) + passed
  return { ...known, state: 'waiting', why, words: `"${name}" waits for ${seconds(ms)}: ${why}` }
}

function heldBackBy(run: BossRun, line: Line, now: number): readonly HeldBack[] {
  const { ledger, state, desk } = run
  if (isAtWork(run, line)) return []
  if (state.phase !== 'live') return [{ rule: 'stopping', behind: [], why: 'nothing starts any more' }]
  if (ledger.isResting(line))
    return [{ rule: 'retry', behind: [], why: `attempt ${ledger.attemptOf(line)} waits for its time` }]
  if (state.pump !== 'on') return [{ rule: 'halted', behind: [], why: 'the boss has not been told to go on' }]
  if (ledger.isHeld(line)) return [behindInLane(run, line)]
  const facts = desk.facts(line, now)
  const holds =
    facts === undefined ? plainHolds(run, line) : holdsOf(facts, now, one => `#${ledger.idOf(one)}`)
  return [...workerHolds(run), ...holds.map(hold => asData(run, hold, now))]
}

/** It is in a lane, and has begun. */
function isAtWork({ ledger, lanes }: BossRun, line: Line): boolean {
  if (!ledger.isHeld(line)) return false
  const lane = lanes.at(ledger.ticketOf(line))
  return lane?.ready === true && lane.lane.atWork()?.job === line
}

/** Handed to a lane ahead of its time. */
function behindInLane({ ledger, lanes }: BossRun, line: Line): HeldBack {
  const lane = lanes.at(ledger.ticketOf(line))
  const atWork = lane?.lane.atWork()?.job as Line | undefined
  const behind = atWork === undefined || atWork === line ? [] : [ledger.idOf(atWork)]
  const why = lane?.ready ? `it is next in ${lane.workerId}` : `${lane?.workerId ?? 'its worker'} is starting`
  return { rule: 'workers', behind, why }
}

/** Where a scheduler has a limit and an order at most. */
function plainHolds(run: BossRun, line: Line): Hold<Line>[] {
  const { scheduler, lanes, ledger } = run
  const rules = rulesOf(scheduler)
  const atWork = lanes.open.flatMap(({ lane }) =>
    lane.held > 0 ? ((lane.atWork()?.job as Line | undefined) ?? []) : [],
  )
  const [full] = limitHolds({ rules, running: atWork.map(item => ({ item })) as never })
  if (full !== undefined) return [full as Hold<Line>]
  const ordering = rules.find(rule => rule.order !== undefined)
  const first = ledger.lines().find(one => ledger.isPending(one))
  if (ordering === undefined && (first === line || first === undefined)) return []
  const behind = ordering === undefined && first !== undefined ? [first] : []
  return [{ rule: ordering?.name ?? 'arrival', behind, why: 'others are before it in line' }]
}

/** Nobody can begin while no lane is ready, and none more may open. */
function workerHolds({ lanes, limit, scheduler, settings }: BossRun): HeldBack[] {
  const starting = lanes.open.filter(({ ready }) => !ready).length
  if (starting > 0 && starting === lanes.open.length)
    return [{ rule: 'workers', behind: [], why: `${starting} of them are starting` }]
  const busy = lanes.busy()
  if (limit() === scheduler.concurrency || busy < limit()) return []
  return [{ rule: 'workers', behind: [], why: `all ${busy} of crew ${settings.crew.name} are at work` }]
}

function asData({ ledger }: BossRun, { until, behind, ...hold }: Hold<Line>, now: number): HeldBack {
  return {
    ...hold,
    behind: behind.map(ledger.idOf),
    ...(until !== undefined && { inMs: Math.max(0, until - now) }),
  }
}

function inWords({ rule, key, behind, inMs, why }: HeldBack): string {
  const on = key === undefined ? '' : ` ${showValue(key)}`
  const named = behind
    .slice(0, mostNamed)
    .map(id => `#${id}`)
    .join(', ')
  const more = behind.length > mostNamed ? ` and ${behind.length - mostNamed} more` : ''
  const after = named === '' ? '' : `, behind ${named}${more}`
  const when = inMs === undefined ? '' : `, in ${seconds(inMs)} at the earliest`
  return `${rule}${on}: ${why}${after}${when}`
}

const seconds = (ms: number) => (ms < 1000 ? `${Math.ceil(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
