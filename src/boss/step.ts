/**
 * Every rule of the boss, as one pure function: no RxJS, no thread, no clock.
 *
 *     intake  open ──► draining ──► closed    are new instructions taken? draining: from sources that are work
 *     pump    off ◄──► on            may pending ones start?
 *     phase   live ──► stopping ──► exited
 *
 * Every message is legal in every state; intake and phase only go forward. `interpreter.ts` carries the effects out, in
 * order. Which instruction waits where is the ledger's and the scheduler's business: messages bring the facts.
 */

import { recordRestart } from '../actor/supervise.ts'
import { type Failure, isAccident, poison, storm, timedOut } from '../words/failure.ts'
import type { InstructionId } from '../words/instruction.ts'
import type { CancelCode } from '../words/report.ts'
import type { AttemptFacts, By, Effect, Message, Signal } from './protocol.ts'

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

type Ending = 'end' | 'stop' | 'stopListening' | 'stopThemWorking'

/** Running work that was told to end before its time, and what its report will say. */
interface CutShort {
  readonly attempt: number
  readonly ticket: number
  readonly as: CancelCode | 'timeout'
  readonly reason: unknown
}

export interface State {
  readonly intake: 'open' | 'draining' | 'closed'
  readonly pump: 'on' | 'off'
  readonly phase: 'live' | 'stopping' | 'exited'
  /** The strongest ending asked for so far. */
  readonly ending: Ending | undefined
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

export type Next = readonly [State, readonly Effect[]]

const strength: Readonly<Record<Ending, number>> = { end: 1, stop: 2, stopListening: 3, stopThemWorking: 4 }

/** The boss after `message`, and what is to be done about it, in order. */
export function step(config: StepConfig, state: State, message: Message): Next {
  if (state.phase === 'exited') return [state, []]
  switch (message.type) {
    case 'halt':
      return then(phased(state, { ...state, pump: 'off' }, message), [{ do: 'takeBack' }])
    case 'resume':
      return then(phased(state, { ...state, pump: 'on' }, message), [{ do: 'pump' }])
    case 'sendReport':
      return [state, [{ do: 'sendReport' }]]
    case 'end':
    case 'stop':
    case 'stopListening':
    case 'stopThemWorking':
      return toEnd(state, message.type, message)
    case 'load':
      return windDown({ ...state, pending: message.pending, running: message.running }, [])
    case 'sources':
      return sourcesChanged(state, message.count)
    case 'lanesWanted':
      return openLanes(state, message)
    case 'laneReady':
      return state.lanes.get(message.ticket) === 'opening'
        ? [{ ...state, lanes: withLane(state, message.ticket, 'open'), failedStarts: 0 }, [{ do: 'pump' }]]
        : [state, []]
    case 'laneOpening':
      return [{ ...state, lanes: withLane(state, message.ticket, 'opening') }, []]
    case 'laneIdle':
      return stay(state) > config.crew.min ? retire(state, message.ticket, 'idle') : [state, []]
    case 'laneWornOut':
      return retire(state, message.ticket, 'retired')
    case 'limitChanged':
      return shrink(state, message.limit)
    case 'laneGone':
      return laneGone(config, state, message)
    case 'cutShort':
      return cutShort(config, state, message)
    case 'graceOver':
      return graceOver(state, message)
    case 'attemptDone':
      return attemptDone(config, state, message.facts)
    case 'attemptFailed':
      return attemptFailed(config, state, message)
    case 'neverBegan':
      return neverBegan(config, state, message)
    case 'broken':
      return fail(state, message.failure, 'stop')
    default:
      return message satisfies never
  }
}

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

// -- ending ----------------------------------------------------------------------------------------------------------

/** Endings may only escalate; each closes the intake. */
function toEnd(state: State, ending: Ending, by: { readonly by?: By; readonly reason?: unknown }): Next {
  if (state.ending !== undefined && strength[ending] <= strength[state.ending]) return [state, []]
  if (ending === 'end') {
    const intake = state.sources > 0 ? 'draining' : 'closed'
    return windDown(...phased(state, { ...state, intake, ending }, by))
  }
  const first = state.phase === 'live'
  const reason = by.reason ?? ending
  const [stopping, announced] = phased(
    state,
    {
      ...state,
      intake: 'closed',
      phase: 'stopping',
      ending,
      reason: first || ending === 'stopThemWorking' ? reason : state.reason,
      status: state.status === 'finished' ? 'stopped' : state.status,
    },
    by,
  )
  const effects: Effect[] = [...announced]
  if (first) effects.push({ do: 'giveBack', reason })
  if (ending === 'stopListening') effects.push({ do: 'unhear' })
  const deaf: State = { ...stopping, heard: stopping.heard && ending !== 'stopListening' }
  return windDown(...closeLanes(deaf, effects, ending !== 'stopThemWorking'))
}

/** Once the last source that is work has no more, an intake that drains closes. */
function sourcesChanged(state: State, sources: number): Next {
  const known: State = { ...state, sources }
  if (state.intake !== 'draining' || sources > 0) return [known, []]
  return windDown(...phased(known, { ...known, intake: 'closed' }, {}))
}

/** A failure that ends the boss: what runs is heard out (`stop`) or cut off, what waits is given back. */
function fail(state: State, failure: Failure, ending: 'stop' | 'stopThemWorking'): Next {
  const failed: State = state.status === 'failed' ? state : { ...state, status: 'failed', failure }
  return toEnd(failed, ending, { reason: failure })
}

function closeLanes(state: State, effects: readonly Effect[], politely: boolean): Next {
  const lanes = new Map(state.lanes)
  const closing: Effect[] = []
  for (const [ticket, lane] of state.lanes) {
    if (lane === 'condemned' || (lane === 'closing' && politely)) continue
    lanes.set(ticket, politely ? 'closing' : 'condemned')
    closing.push({ do: 'closeLane', ticket, politely })
  }
  return [{ ...state, lanes }, [...effects, ...closing]]
}

/** When nothing is left to do, the lanes close; when no lane is left, the boss exits. */
function windDown(state: State, effects: readonly Effect[]): Next {
  if (state.phase === 'live') {
    if (state.intake !== 'closed' || state.pending > 0 || state.running > 0) return [state, effects]
    const [stopping, announced] = phased(state, { ...state, phase: 'stopping' }, {})
    return windDown(...closeLanes(stopping, [...effects, ...announced], true))
  }
  if (state.phase === 'exited' || state.lanes.size > 0) return [state, effects]
  return [{ ...state, phase: 'exited' }, [...effects, { do: 'exit', status: state.status }]]
}

// -- lanes -----------------------------------------------------------------------------------------------------------

/** How many lanes are wanted; how many there may be is not decided here, but by the operator that opens them. */
function openLanes(state: State, { count, now }: { count: number; now: number }): Next {
  if (state.phase !== 'live' || state.pump === 'off') return [state, []]
  if (now < state.carefulUntil) return [state, [{ do: 'lookAgain', ms: state.carefulUntil - now }]]
  return [state, [{ do: 'openLanes', count }]]
}

/** How many lanes are to stay. */
function stay(state: State): number {
  let count = 0
  for (const lane of state.lanes.values()) if (lane === 'open' || lane === 'opening') count++
  return count
}

function retire(state: State, ticket: number, why: 'idle' | 'retired'): Next {
  const lane = state.lanes.get(ticket)
  if (lane !== 'open' && lane !== 'opening') return [state, []]
  return [
    { ...state, lanes: withLane(state, ticket, 'closing') },
    [{ do: 'closeLane', ticket, politely: true, why }],
  ]
}

/** Lanes above the limit go, whatever else is there. */
function shrink(state: State, limit: number): Next {
  let next: Next = [state, []]
  for (const ticket of state.lanes.keys()) {
    if (ticket < limit) continue
    const [before, effects] = next
    const [after, more] = retire(before, ticket, 'retired')
    next = [after, [...effects, ...more]]
  }
  return next
}

function laneGone(config: StepConfig, state: State, gone: Extract<Message, { type: 'laneGone' }>): Next {
  const was = state.lanes.get(gone.ticket)
  if (was === undefined) return [state, []]
  const lanes = new Map(state.lanes)
  lanes.delete(gone.ticket)
  const unlucky = new Map(state.unlucky)
  if (gone.death.succeeded) unlucky.delete(gone.ticket)
  const without: State = { ...state, lanes, unlucky }
  const intended = was === 'condemned' || gone.death.why === 'closed'
  const looked: readonly Effect[] = [{ do: 'pump' }]
  if (intended) return windDown(without, looked)
  if (gone.death.blamed && config.supervise.count !== 'all')
    return windDown(...then(diedOfWork(config, without, gone.ticket), looked))

  const { max, within, backoff } = config.supervise
  const { deaths, storm: tooMany } = recordRestart(state.deaths, gone.now, { max, within })
  const failedStarts = state.failedStarts + (gone.death.why === 'failedToStart' ? 1 : 0)
  const mourning: State = {
    ...without,
    deaths,
    failedStarts,
    carefulUntil: gone.now + backoff(Math.max(deaths.length, failedStarts)),
  }
  const noneStarts = failedStarts >= Math.max(1, max)
  if (!(tooMany || noneStarts) || state.phase !== 'live') return windDown(mourning, looked)
  return failAll(mourning, storm(noneStarts ? { starts: failedStarts } : { max, within }, gone.death.failure))
}

/**
 * It has cost the instruction that is to blame its attempt, so it cannot go on for ever: another lane opens at once. Only
 * where three died in a row, and nothing succeeded between, does the next one wait: its ticket rests.
 */
function diedOfWork(config: StepConfig, state: State, ticket: number): Next {
  const inARow = (state.unlucky.get(ticket) ?? 0) + 1
  const next: State = { ...state, unlucky: new Map(state.unlucky).set(ticket, inARow) }
  const ms = inARow < 3 ? 0 : config.supervise.backoff(inARow - 1)
  return [next, ms > 0 ? [{ do: 'restTicket', ticket, ms }] : []]
}

/** The boss gives up: everything unfinished fails with this. */
function failAll(state: State, failure: Failure): Next {
  const [stopping, announced] = phased(
    state,
    {
      ...state,
      intake: 'closed',
      phase: 'stopping',
      ending: 'stopThemWorking',
      status: 'failed',
      failure,
      reason: failure,
    },
    {},
  )
  return windDown(...closeLanes(stopping, [...announced, { do: 'failAll', failure }], false))
}

const withLane = (state: State, ticket: number, lane: LaneState): ReadonlyMap<number, LaneState> =>
  new Map(state.lanes).set(ticket, lane)

// -- attempts --------------------------------------------------------------------------------------------------------

/** An attempt, and why it has no result. */
interface Ended {
  readonly facts: AttemptFacts
  readonly failure: Failure
}

/** The first decision stands: what is being cut short already is left alone. */
function cutShort(config: StepConfig, state: State, message: Extract<Message, { type: 'cutShort' }>): Next {
  const { id, attempt, ticket, as, reason } = message
  if (state.cutShort.has(id)) return [state, []]
  return [
    { ...state, cutShort: new Map(state.cutShort).set(id, { attempt, ticket, as, reason }) },
    [
      { do: 'abort', id, reason },
      { do: 'after', ms: config.graceMs, message: { type: 'graceOver', id, attempt } },
    ],
  ]
}

function graceOver(state: State, { id, attempt }: { id: InstructionId; attempt: number }): Next {
  const cut = state.cutShort.get(id)
  if (cut?.attempt !== attempt || !state.lanes.has(cut.ticket)) return [state, []]
  return [
    { ...state, lanes: withLane(state, cut.ticket, 'condemned') },
    [{ do: 'closeLane', ticket: cut.ticket, politely: false }],
  ]
}

function attemptDone(config: StepConfig, state: State, facts: AttemptFacts): Next {
  if (!state.heard) return [state, []]
  const cut = state.cutShort.get(facts.id)
  return cut?.attempt === facts.attempt
    ? wasCutShort(config, state, { facts, cut })
    : [state, [{ do: 'settleDone', id: facts.id }]]
}

function attemptFailed(config: StepConfig, state: State, { facts, failure }: Ended): Next {
  if (!state.heard) return [state, []]
  const cut = state.cutShort.get(facts.id)
  if (cut?.attempt === facts.attempt) return wasCutShort(config, state, { facts, cut })
  if (state.ending === 'stopThemWorking' && isAccident(failure.code)) {
    return state.status === 'failed' && state.failure?.code === 'storm'
      ? [state, [{ do: 'settleFailed', id: facts.id, failure: state.failure }]]
      : [state, [{ do: 'settleCancelled', id: facts.id, code: 'stopped', reason: state.reason }]]
  }
  return judge(config, state, { facts, failure })
}

/** Whatever it answered, an attempt that was cut short ends as what cut it short. */
function wasCutShort(
  config: StepConfig,
  state: State,
  { facts, cut }: { facts: AttemptFacts; cut: CutShort },
): Next {
  const forgotten = withoutCut(state, facts.id)
  return cut.as === 'timeout'
    ? judge(config, forgotten, { facts, failure: timedOut(facts.worker, cut.reason as number) })
    : [forgotten, [{ do: 'settleCancelled', id: facts.id, code: cut.as, reason: cut.reason }]]
}

/**
 * Nobody is to blame for what was handed ahead to a lane that is gone: it waits again, `attempt` unchanged, unless it was
 * told to end, has lost its buffers on the way, or nothing starts any more.
 */
function neverBegan(
  config: StepConfig,
  before: State,
  message: Extract<Message, { type: 'neverBegan' }>,
): Next {
  if (!before.heard) return [before, []]
  const again: InstructionId[] = []
  let next: Next = [before, []]
  for (const facts of message.attempts) {
    const [state, effects] = next
    const cut = state.cutShort.get(facts.id)
    if (state.phase !== 'live')
      next = [state, [...effects, { do: 'settleReturned', id: facts.id, reason: state.reason }]]
    else if (cut?.attempt === facts.attempt && !(cut.as === 'timeout' && facts.repeatable))
      next = after(effects, wasCutShort(config, state, { facts, cut }))
    else if (facts.repeatable) {
      // A timeout is counted from the first moment of its work, which has not come.
      if (cut !== undefined) next = [withoutCut(state, facts.id), effects]
      again.push(facts.id)
    } else next = after(effects, judge(config, state, { facts, failure: message.failure }))
  }
  // First of all: whoever is told of one of the others may cancel one of these.
  return again.length === 0 ? next : [next[0], [{ do: 'requeue', ids: again }, ...next[1]]]
}

function withoutCut(state: State, id: InstructionId): State {
  const cutShort = new Map(state.cutShort)
  cutShort.delete(id)
  return { ...state, cutShort }
}

/** Accidents are repeated while attempts are left; answers are final, unless `retryOn` names them. */
function judge(config: StepConfig, state: State, { facts, failure }: Ended): Next {
  // What is known to have finished is not to blame, and does not run again.
  if (facts.finished) return settleFailed(config, state, { facts, failure })
  const accident = isAccident(failure.code)
  const mayRepeat = accident || config.retryOn.includes(failure.code)
  if (mayRepeat && facts.repeatable && facts.attempt <= facts.retries && state.phase === 'live') {
    return [state, [{ do: 'repeat', id: facts.id, ms: config.backoff(facts.attempt), code: failure.code }]]
  }
  return settleFailed(config, state, { facts, failure: finalFailure(facts, failure) })
}

function finalFailure(facts: AttemptFacts, failure: Failure): Failure {
  if (!isAccident(failure.code)) return failure
  if (!facts.repeatable && facts.attempt <= facts.retries) {
    return {
      ...failure,
      why: `${failure.why}; it cannot be repeated, since its buffers were moved to the worker`,
    }
  }
  const repeatedly = facts.retries > 0 && facts.attempt > facts.retries
  return repeatedly && failure.code !== 'timeout' ? poison(facts.worker, facts.attempt, failure) : failure
}

function settleFailed(config: StepConfig, state: State, { facts, failure }: Ended): Next {
  const settled: Effect = { do: 'settleFailed', id: facts.id, failure }
  if (config.onFailure === 'continue' || state.phase !== 'live') return [state, [settled]]
  const [failed, effects] = fail(state, failure, config.onFailure === 'stop' ? 'stop' : 'stopThemWorking')
  return [failed, [settled, ...effects]]
}

// -- small ------------------------------------------------------------------------------------------------------------

/** `after`, announced if what people see of a boss's state has changed. */
function phased(before: State, after: State, { by = 'api' }: { readonly by?: Signal['by'] }): Next {
  const same = before.intake === after.intake && before.pump === after.pump && before.phase === after.phase
  return [after, same ? [] : [{ do: 'phaseChanged', by }]]
}

const after = (effects: readonly Effect[], [state, more]: Next): Next => [state, [...effects, ...more]]

const then = ([state, effects]: Next, more: readonly Effect[]): Next => [state, [...effects, ...more]]
