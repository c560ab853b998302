/** The rules of lanes: when one opens, retires or rests, and what its death means for the others. */

import { recordRestart } from '../../actor/supervise.ts'
import { storm } from '../../words/failure.ts'
import type { Effect, Message } from './protocol.ts'
import { also, type Next, type State, type StepConfig, withLane } from './state.ts'
import { failAll, windDown } from './wind-down.ts'

/** How many lanes are wanted; how many there may be is not decided here, but by the operator that opens them. */
export function openLanes(state: State, { count, now }: { count: number; now: number }): Next {
  if (state.phase !== 'live' || state.pump === 'off') return [state, []]
  if (now < state.carefulUntil) return [state, [{ do: 'lookAgain', ms: state.carefulUntil - now }]]
  return [state, [{ do: 'openLanes', count }]]
}

/** How many lanes are to stay. */
export function stay(state: State): number {
  let count = 0
  for (const lane of state.lanes.values()) if (lane === 'open' || lane === 'opening') count++
  return count
}

export function retire(state: State, ticket: number, why: 'idle' | 'retired'): Next {
  const lane = state.lanes.get(ticket)
  if (lane !== 'open' && lane !== 'opening') return [state, []]
  return [
    { ...state, lanes: withLane(state, ticket, 'closing') },
    [{ do: 'closeLane', ticket, politely: true, why }],
  ]
}

/** Lanes above the limit go, whatever else is there. */
export function shrink(state: State, limit: number): Next {
  let next: Next = [state, []]
  for (const ticket of state.lanes.keys()) {
    if (ticket < limit) continue
    const [before, effects] = next
    const [after, more] = retire(before, ticket, 'retired')
    next = [after, [...effects, ...more]]
  }
  return next
}

export function laneGone(
  config: StepConfig,
  state: State,
  gone: Extract<Message, { type: 'laneGone' }>,
): Next {
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
    return windDown(...also(diedOfWork(config, without, gone.ticket), looked))

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
