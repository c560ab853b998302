/**
 * What the rules of the boss know, and the settings they go by: plain data, and the few questions about it that are asked too
 * often for a message each.
 */

import type { Failure } from '../../words/failure.ts'
import type { InstructionId } from '../../words/instruction.ts'
import type { CancelCode } from '../../words/report.ts'
import type { Effect, Signal } from './protocol.ts'

export interface StepConfig {
  readonly graceMs: number
  readonly onFailure: 'continue' | 'stop' | 'stopRightNow'
  /** Milliseconds before attempt `attempt + 1`. */
  readonly backoff: (attempt: number) => number
  /** Codes that are repeated though they are answers. */
  readonly retryOn: readonly Failure['code'][]
  readonly crew: {
    /** Lanes kept open though idle. */
    readonly min: number
    /** A lane is replaced after so many instructions, or above so large a heap. */
    readonly recycleAfter?: number
    readonly recycleAboveMB?: number
  }
  /**
   * Restart intensity of the crew: more than `max` deaths within `within` ms that nobody is to blame for are a storm, and so
   * are `max` starts in a row that fail. `all`: those that an instruction is blamed for count as well.
   */
  readonly supervise: {
    readonly max: number
    readonly within: number
    readonly backoff: (nth: number) => number
    readonly count: 'unblamed' | 'all'
  }
}

/** `closing`: politely, after what it holds. `condemned`: terminated by us. Neither's end counts as a death. */
export type LaneState = 'opening' | 'open' | 'closing' | 'condemned'

export type EndSignal = 'end' | 'stop' | 'stopListening' | 'stopThemWorking'

/** Running work that was told to end before its time, and what its report will say. */
export interface CutShort {
  readonly attempt: number
  readonly ticket: number
  readonly as: CancelCode | 'timeout'
  readonly reason: unknown
}

export interface State {
  readonly intake: 'open' | 'draining' | 'closed'
  readonly pump: 'on' | 'off'
  readonly phase: 'live' | 'stopping' | 'exited'
  /** Whether it was ever told to work. */
  readonly begun: boolean
  /** The strongest ending asked for so far. */
  readonly ending: EndSignal | undefined
  readonly status: 'finished' | 'stopped' | 'failed'
  readonly failure: Failure | undefined
  readonly reason: unknown
  readonly pending: number
  readonly running: number
  /** How many sources have more that counts as work. */
  readonly sources: number
  readonly lanes: ReadonlyMap<number, LaneState>
  /** False once its user has turned away: what lanes say changes nothing any more. */
  readonly heard: boolean
  readonly cutShort: ReadonlyMap<InstructionId, CutShort>
  /** When workers died and nobody was to blame, within the supervision window. */
  readonly deaths: readonly number[]
  /** Starts that failed, since the last one that did not. */
  readonly failedStarts: number
  /** By ticket: how many of its lanes died of their instructions, one after the other without a success. */
  readonly unlucky: ReadonlyMap<number, number>
  /** No lane opens before this moment. */
  readonly carefulUntil: number
}

/** A boss is born halted, as in taylorism. */
export const newborn: State = {
  intake: 'open',
  pump: 'off',
  phase: 'live',
  begun: false,
  ending: undefined,
  status: 'finished',
  failure: undefined,
  reason: undefined,
  pending: 0,
  running: 0,
  sources: 0,
  lanes: new Map(),
  heard: true,
  cutShort: new Map(),
  deaths: [],
  failedStarts: 0,
  unlucky: new Map(),
  carefulUntil: Number.NEGATIVE_INFINITY,
}

/** The state after a message, and what is to be done about it, in order. */
export type Next = readonly [State, readonly Effect[]]

/** True when a result of this instruction is simply its result. The interpreter then need not ask `step`. */
export const isPlain = (state: State, id: InstructionId): boolean => !state.cutShort.has(id)

/** Whether a lane may open now that there is a slot for it, though it was wanted a while ago. */
export const mayOpenLane = (state: State, now: number): boolean =>
  state.phase === 'live' && state.pump === 'on' && now >= state.carefulUntil

/**
 * Whether work may be handed ahead of its start. Not where a failure stops everybody right now: a worker goes on with what
 * it was handed before anybody has heard of the failure.
 */
export const mayHandAhead = ({ onFailure }: Pick<StepConfig, 'onFailure'>): boolean =>
  onFailure !== 'stopRightNow'

/** How many lanes are wanted whether there is work or not: `min`, and one at least while somebody waits for them. */
export const lanesKept = (min: number, limit: number, awaited: boolean): number =>
  Math.min(limit, awaited ? Math.max(1, min) : min)

/** Whether a lane has had its share. Asked after every burst of results, so not by a message. */
export function isWornOut(
  { crew }: Pick<StepConfig, 'crew'>,
  given: number,
  heapMB: number | undefined,
): boolean {
  const { recycleAfter, recycleAboveMB } = crew
  if (recycleAfter !== undefined && given >= recycleAfter) return true
  return recycleAboveMB !== undefined && heapMB !== undefined && heapMB > recycleAboveMB
}

// -- how rules put things together -------------------------------------------------------------------------------------

export const withLane = (state: State, ticket: number, lane: LaneState): ReadonlyMap<number, LaneState> =>
  new Map(state.lanes).set(ticket, lane)

/** `after`, announced if what people see of a boss's state has changed. */
export function phased(before: State, after: State, { by = 'api' }: { readonly by?: Signal['by'] }): Next {
  const same = before.intake === after.intake && before.pump === after.pump && before.phase === after.phase
  if (same) return [after, []]
  const begins = after.pump === 'on' && !before.begun
  const closes = after.intake === 'closed' && before.intake !== 'closed'
  return [begins ? { ...after, begun: true } : after, [{ do: 'phaseChanged', by, begins, closes }]]
}

export const after = (effects: readonly Effect[], [state, more]: Next): Next => [state, [...effects, ...more]]

export const also = ([state, effects]: Next, more: readonly Effect[]): Next => [state, [...effects, ...more]]
