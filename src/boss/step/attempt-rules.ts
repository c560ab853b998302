/** The rules of attempts: how one ends, before it began or after, whether it is repeated, and what its failure means for all. */

import { type Failure, isAccident, poison, timedOut } from '../../words/failure.ts'
import type { InstructionId } from '../../words/instruction.ts'
import type { AttemptFacts, Effect, Message } from './protocol.ts'
import { after, type CutShort, type Next, type State, type StepConfig, withLane } from './state.ts'
import { fail } from './wind-down.ts'

/** An attempt, and why it has no result. */
interface Ended {
  readonly facts: AttemptFacts
  readonly failure: Failure
}

/** The first decision stands: what is being cut short already is left alone. */
export function cutShort(
  config: StepConfig,
  state: State,
  message: Extract<Message, { type: 'cutShort' }>,
): Next {
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

export function graceOver(state: State, { id, attempt }: { id: InstructionId; attempt: number }): Next {
  const cut = state.cutShort.get(id)
  if (cut?.attempt !== attempt || !state.lanes.has(cut.ticket)) return [state, []]
  return [
    { ...state, lanes: withLane(state, cut.ticket, 'condemned') },
    [{ do: 'closeLane', ticket: cut.ticket, politely: false }],
  ]
}

export function attemptDone(config: StepConfig, state: State, facts: AttemptFacts): Next {
  if (!state.heard) return [state, []]
  const cut = state.cutShort.get(facts.id)
  return cut?.attempt === facts.attempt
    ? wasCutShort(config, state, { facts, cut })
    : [state, [{ do: 'settleDone', id: facts.id }]]
}

export function attemptFailed(config: StepConfig, state: State, { facts, failure }: Ended): Next {
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
export function neverBegan(
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
