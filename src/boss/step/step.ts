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

import { attemptDone, attemptFailed, cutShort, graceOver, neverBegan } from './attempt-rules.ts'
import { laneGone, openLanes, retire, shrink, stay } from './lane-rules.ts'
import type { Message } from './protocol.ts'
import { also, type Next, phased, type State, type StepConfig, withLane } from './state.ts'
import { fail, sourcesChanged, toEnd, windDown } from './wind-down.ts'

/** The boss after `message`, and what is to be done about it, in order. */
export function step(config: StepConfig, state: State, message: Message): Next {
  if (state.phase === 'exited') return [state, []]
  switch (message.type) {
    case 'halt':
      return also(phased(state, { ...state, pump: 'off' }, message), [{ do: 'takeBack' }])
    case 'resume':
      return also(phased(state, { ...state, pump: 'on' }, message), [{ do: 'pump' }])
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
