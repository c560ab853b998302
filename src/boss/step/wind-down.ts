/** The rules of ending: what ends a boss, what becomes of what it has, and when it exits. */

import type { Failure } from '../../words/failure.ts'
import type { By, Effect } from './protocol.ts'
import { type EndSignal, type Next, phased, type State } from './state.ts'

const strength: Readonly<Record<EndSignal, number>> = {
  end: 1,
  stop: 2,
  stopListening: 3,
  stopThemWorking: 4,
}

/** Endings may only escalate; each closes the intake. */
export function toEnd(
  state: State,
  ending: EndSignal,
  by: { readonly by?: By; readonly reason?: unknown },
): Next {
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
export function sourcesChanged(state: State, sources: number): Next {
  const known: State = { ...state, sources }
  if (state.intake !== 'draining' || sources > 0) return [known, []]
  return windDown(...phased(known, { ...known, intake: 'closed' }, {}))
}

/** A failure that ends the boss: what runs is heard out (`stop`) or cut off, what waits is given back. */
export function fail(state: State, failure: Failure, ending: 'stop' | 'stopThemWorking'): Next {
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
export function windDown(state: State, effects: readonly Effect[]): Next {
  if (state.phase === 'live') {
    if (state.intake !== 'closed' || state.pending > 0 || state.running > 0) return [state, effects]
    const [stopping, announced] = phased(state, { ...state, phase: 'stopping' }, {})
    return windDown(...closeLanes(stopping, [...effects, ...announced], true))
  }
  if (state.phase === 'exited' || state.lanes.size > 0) return [state, effects]
  return [{ ...state, phase: 'exited' }, [...effects, { do: 'exit', status: state.status }]]
}

/** The boss gives up: everything unfinished fails with this. */
export function failAll(state: State, failure: Failure): Next {
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
