/**
 * A failure: why an instruction has no result. Plain data, so that it crosses threads, processes and machines.
 *
 * One function for each way to fail, all with one grammar: what happened, why, and what to do about it.
 */

import { type ErrorData, restoreError } from './error-data.ts'
import type { InstructionId } from './instruction.ts'

/**
 * How an instruction can fail.
 *
 * - `threw` the work threw or rejected
 * - `refused` no definition accepts it, or it asks for what can never be
 * - `ambiguous` several definitions accept it, and nothing tells which is meant
 * - `full` as many wait as the mailbox holds
 * - `closed` the boss takes no more instructions
 * - `crashed` its thread, process or machine died under it
 * - `outOfMemory` its thread reached its memory limit
 * - `timeout` it took longer than its `timeout`
 * - `unserialisable` what it was given or what it answered cannot be sent
 * - `flooded` it made notes or printed much faster than anybody could hear
 * - `poison` it crashed or ran out of time in every attempt it was allowed
 * - `storm` workers died too often; the boss gave up
 */
export type FailureCode =
  | 'threw'
  | 'refused'
  | 'ambiguous'
  | 'full'
  | 'closed'
  | 'crashed'
  | 'outOfMemory'
  | 'timeout'
  | 'unserialisable'
  | 'flooded'
  | 'poison'
  | 'storm'

export const failureCodes: readonly FailureCode[] = [
  'threw',
  'refused',
  'ambiguous',
  'full',
  'closed',
  'crashed',
  'outOfMemory',
  'timeout',
  'unserialisable',
  'flooded',
  'poison',
  'storm',
]

/** Why an instruction has no result: a code for programs, and three sentences for people. Plain data. */
export interface Failure {
  readonly code: FailureCode
  readonly what: string
  readonly why: string
  readonly remedy: string
  readonly error?: ErrorData
}

/** The codes of accidents: what happened to the work, not what it answered. Only these are repeated by default. */
export const isAccident = (code: FailureCode): boolean =>
  code === 'crashed' || code === 'outOfMemory' || code === 'timeout'

export const threw = (worker: string, error: ErrorData): Failure => ({
  code: 'threw',
  what: `Worker "${worker}" threw`,
  why: error.message === '' ? error.name : `${error.name}: ${error.message}`,
  remedy: 'Its stack is in `error.stack`: correct the instruction or the work',
  error,
})

export const refused = (worker: string, why: string): Failure => ({
  code: 'refused',
  what: `Worker "${worker}" refused the instruction`,
  why,
  remedy: `Correct the instruction, or widen the footprint of "${worker}"`,
})

/** Several definitions, none of which accepts it: one line for each. */
export const refusedByAll = (
  refusals: readonly { readonly name: string; readonly why: string }[],
): Failure => ({
  code: 'refused',
  what: 'No worker accepts the instruction',
  why:
    refusals.length === 0
      ? 'there are no workers to choose from'
      : refusals.map(({ name, why }) => `\n  "${name}": ${why}`).join(''),
  remedy: `${refusals.length === 0 ? '' : '\n'}Correct the instruction, or widen the footprint of the worker it is meant for`,
})

/** Several definitions accept it, and nothing tells which is meant. */
export const ambiguous = (workers: readonly string[]): Failure => ({
  code: 'ambiguous',
  what: `The instruction is ambiguous between ${workers.map(name => `"${name}"`).join(' and ')}`,
  why: 'each accepts it, with the same priority and as many attributes supplied',
  remedy: 'Give one of them a higher `priority`, or narrow them by `values` or `only`',
})

export const crashed = (worker: string, why: string, error?: ErrorData): Failure => ({
  code: 'crashed',
  what: `Worker "${worker}" crashed`,
  why,
  remedy: 'Let the work throw rather than exit; give `retries` if it may be repeated',
  ...(error && { error }),
})

export const outOfMemory = (worker: string, why: string, error?: ErrorData): Failure => ({
  code: 'outOfMemory',
  what: `Worker "${worker}" ran out of memory`,
  why,
  remedy: 'Give less at a time, or raise `resourceLimits` of the crew',
  ...(error && { error }),
})

export const timedOut = (worker: string, timeoutMs: number): Failure => ({
  code: 'timeout',
  what: `Worker "${worker}" took too long`,
  why: `it ran longer than its timeout of ${timeoutMs} ms`,
  remedy: 'Raise `timeout`, or give less at a time',
})

export const unserialisable = (subject: string, why: string, error?: ErrorData): Failure => ({
  code: 'unserialisable',
  what: `${subject} cannot be sent to another thread`,
  why,
  remedy:
    'Send plain data, typed arrays or shared memory; no functions, symbols or class instances with them',
  ...(error && { error }),
})

export const flooded = (): Failure => ({
  code: 'flooded',
  what: 'It made more interim reports, or printed more, than can be kept',
  why: 'they came faster than they could be heard, and what waits is bounded: 100,000 notes, 128 MB',
  remedy:
    'Report less often, or yield notes from a generator, which waits; progress may be reported as { done, total }',
})

export const poison = (worker: string, attempts: number, last: Failure): Failure => ({
  code: 'poison',
  what: `Worker "${worker}" died of this instruction ${attempts} times`,
  why: `the last time it ${last.code === 'outOfMemory' ? 'ran out of memory' : 'crashed'}: ${last.why}`,
  remedy: 'Correct the instruction: repeating it kills workers',
  error: {
    name: 'Poison',
    message: last.why,
    ...last.error,
    cause: last.error ?? { name: last.code, message: last.why },
  },
})

export const storm = (
  limit: { readonly max: number; readonly within: number } | { readonly starts: number },
  last: Failure,
): Failure => ({
  code: 'storm',
  what: 'Workers died too often, and the boss gave up',
  why:
    'starts' in limit
      ? `${limit.starts} starts in a row failed; the last one: ${last.why}`
      : `more than ${limit.max} deaths within ${limit.within} ms; the last one: ${last.why}`,
  remedy: 'Correct what kills the workers, or raise `supervise: { max, within }`',
  ...(last.error && { error: { name: 'Storm', message: last.why, cause: last.error } }),
})

/** One line for people: which instruction, what happened, why, what to do. */
export function explainFailure(failure: Failure, name?: string): string {
  const subject = name === undefined ? '' : `Instruction "${name}" failed. `
  return `${subject}${failure.what}: ${failure.why}. ${failure.remedy}.`
}

/** What the boss throws or rejects with: an error that carries the failure it tells of. */
export class RxbossError extends Error {
  readonly failure: Failure
  /** The same as `failure.code`. */
  readonly code: FailureCode
  readonly id: InstructionId | undefined

  constructor(failure: Failure, options: { name?: string; id?: InstructionId; cause?: unknown } = {}) {
    super(
      explainFailure(failure, options.name),
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = 'RxbossError'
    this.failure = failure
    this.code = failure.code
    this.id = options.id
  }
}

/**
 * A real `Error` made of a failure. Where the work threw, it is that error again: message, stack, code, cause and own
 * fields, and the class restored for built-in classes. Otherwise an {@link RxbossError}. Either way `failure` is on it, and
 * `code`: the one that the work's own error had, else that of the failure.
 *
 * @example
 * if (report.kind === 'failed') throw failureToError(report.failure, report.name)
 */
export function failureToError(failure: Failure, name?: string): Error {
  const cause = failure.error && restoreError(failure.error)
  if (failure.code === 'threw' && cause) {
    if (!('failure' in cause)) Object.defineProperty(cause, 'failure', { value: failure, enumerable: false })
    if (!('code' in cause)) Object.defineProperty(cause, 'code', { value: failure.code, enumerable: false })
    return cause
  }
  return new RxbossError(failure, { ...(name !== undefined && { name }), ...(cause && { cause }) })
}
