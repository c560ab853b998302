/** What may be said when a boss is made, and what follows where nothing was said. */

import type { Crew } from '../crew/crew.ts'
import type { Journal } from '../journal/journal.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { type AsyncScope, asyncScope } from '../words/async-scope.ts'
import { type Clock, realClock } from '../words/clock.ts'
import { describeSafely } from '../words/error-data.ts'
import { type FailureCode, failureCodes } from '../words/failure.ts'
import { type Registry, registry } from '../worker/registry.ts'
import type { AnyWorker } from '../worker/worker.ts'
import type { StepConfig } from './step/state.ts'

/** How a Boss is made. Only `workers` is needed. */
export interface BossOptions<D extends AnyWorker = AnyWorker> {
  /** Whom the boss may hire: one definition, several, or a registry with its own priorities. */
  readonly workers: D | readonly D[] | Registry<D>
  /** Where they work. Default `threads()`. */
  readonly crew?: Crew
  /** What may start now. Default `maxThreads()`, as many as the machine (or container) runs in parallel. */
  readonly scheduler?: Scheduler
  /** Default `boss`. */
  readonly name?: string
  /** A line on stderr for each start and each report. */
  readonly verbose?: boolean
  /** In verbose lines, results are cut to so many characters. Default 1024. */
  readonly maxLenReport?: number
  /** What a failed instruction does to the others. Default `continue`; `stopRightNow` hands nothing ahead, so that nobody begins after a failure. */
  readonly onFailure?: 'continue' | 'stop' | 'stopRightNow'
  /** Milliseconds between asking work to stop and terminating its thread. Default 2000. */
  readonly graceMs?: number
  /**
   * Restart intensity of the crew: more than `max` deaths within `within` ms that no instruction is blamed for, or `max`
   * starts in a row that fail, end the boss.
   */
  readonly supervise?: {
    readonly max: number
    readonly within: number
    /** Milliseconds before lanes are opened again after the nth death in the window. Default: 0, then 50 ms, doubling, at most 5 s. */
    readonly backoff?: (nth: number) => number
    /** Which deaths count. Default `unblamed`; with `all`, those that an instruction is blamed for count as well. */
    readonly count?: 'unblamed' | 'all'
  }
  /** Default for every instruction: how many more attempts after an accident. Default 0. */
  readonly retries?: number
  /** Milliseconds before attempt `attempt + 1`. Default: 100 ms, doubling, at most 30 s, with jitter. */
  readonly backoff?: (attempt: number) => number
  /** Codes to repeat besides accidents, such as `threw`. */
  readonly retryOn?: readonly FailureCode[]
  /** Default for every instruction: milliseconds from the start of its work. */
  readonly timeout?: number
  /** Default for every instruction: milliseconds from acceptance until its work begins. */
  readonly queueTimeout?: number
  /** Unknown attributes are refused instead of warned about. */
  readonly strict?: boolean
  /** What `only` guards may look at besides attributes. */
  readonly context?: Readonly<Record<string, unknown>>
  /** Bounds what may wait. Default: unbounded. */
  readonly mailbox?: { readonly capacity?: number; readonly overflow?: 'fail' | 'dropNewest' | 'dropOldest' }
  /**
   * How many reports the final report holds: all (`true`), none, or so many, and none of the later ones. It is a number, not
   * bytes. Default 100,000 for a Boss, none for `delegate`. `counts` are always whole.
   */
  readonly keepReports?: boolean | number
  readonly journal?: Journal
  /** Payloads on `inspect$`. Default none. */
  readonly inspect?: {
    /** What events may carry of instructions: nothing, a preview (depth 3, 512 bytes), or what a function makes of it. */
    readonly payload?: 'none' | 'preview' | ((value: unknown) => unknown)
  }
  /** What workers print: to this process's own streams (default), or only to `inspect$` as `worker.log`. */
  readonly output?: 'inherit' | 'inspect'
  /** Milliseconds and timers; tests give virtual time. */
  readonly clock?: Clock
  /** Aborting it is `stopThemWorking()`. */
  readonly signal?: AbortSignal
}

/** Options, complete and checked. */
export interface Settings extends StepConfig {
  readonly name: string
  readonly registry: Registry
  readonly crew: Crew
  readonly scheduler: Scheduler
  readonly verbose: boolean
  readonly maxLenReport: number
  readonly retries: number
  readonly timeout: number | undefined
  readonly queueTimeout: number | undefined
  readonly strict: boolean
  readonly context: Readonly<Record<string, unknown>>
  readonly capacity: number
  readonly overflow: 'fail' | 'dropNewest' | 'dropOldest'
  /** Most reports that are kept. */
  readonly keepReports: number
  readonly journal: Journal | undefined
  readonly payload: 'none' | 'preview' | ((value: unknown) => unknown)
  readonly output: 'inherit' | 'inspect'
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  /** Where all this was said: rules, hooks and journal are called in that async context. */
  readonly scope: AsyncScope
}

/** What a boss has where its user says nothing. Injected, so that `boss/` knows no backend by name. */
export interface Defaults {
  readonly crew: () => Crew
  readonly scheduler: () => Scheduler
}

/** @throws {TypeError} naming the option, its rule and its value */
export function resolveOptions(options: BossOptions, defaults: Defaults): Settings {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot make a boss: its options must be an object with 'workers', got ${typeof options}`,
    )
  }
  const workers = toRegistry(options.workers)
  for (const group of ['mailbox', 'supervise', 'inspect', 'context'] as const)
    check(group, options[group] ?? {}, aRecord)
  const crew = check(
    'crew',
    options.crew ?? defaults.crew(),
    value => typeof value?.open === 'function' || 'be a crew, such as threads() or inline()',
  )
  crew.check(workers.definitions)
  const scheduler = check(
    'scheduler',
    options.scheduler ?? defaults.scheduler(),
    value => (typeof value === 'object' && value !== null) || 'be a scheduler, such as maxThreads(4)',
  )
  checkConcurrency(scheduler)
  const size = Math.min(scheduler.concurrency, crew.size)
  const { supervise } = options
  return {
    name: check('name', options.name ?? 'boss', value => typeof value === 'string' || 'be a text'),
    registry: workers,
    crew,
    scheduler,
    verbose: check('verbose', options.verbose ?? false, aBoolean),
    maxLenReport: check('maxLenReport', options.maxLenReport ?? 1024, atLeast(0)),
    onFailure: check(
      'onFailure',
      options.onFailure ?? 'continue',
      oneOf(['continue', 'stop', 'stopRightNow']),
    ),
    graceMs: check('graceMs', options.graceMs ?? 2000, atLeast(0)),
    supervise: {
      max: check(
        'supervise.max',
        supervise?.max ?? Math.max(3, Number.isFinite(size) ? 2 * size : 0),
        atLeast(0),
      ),
      within: check('supervise.within', supervise?.within ?? 5000, atLeast(0)),
      backoff: check('supervise.backoff', supervise?.backoff ?? careful, aFunction),
      count: check('supervise.count', supervise?.count ?? 'unblamed', oneOf(['unblamed', 'all'])),
    },
    retries: check('retries', options.retries ?? 0, wholeAtLeast(0)),
    backoff: check('backoff', options.backoff ?? patient, aFunction),
    retryOn: check(
      'retryOn',
      options.retryOn ?? [],
      value =>
        (Array.isArray(value) && value.every(code => failureCodes.includes(code))) ||
        `name codes among ${failureCodes.join(', ')}`,
    ),
    timeout: options.timeout === undefined ? undefined : check('timeout', options.timeout, above0),
    queueTimeout:
      options.queueTimeout === undefined
        ? undefined
        : check('queueTimeout', options.queueTimeout, atLeast(0)),
    strict: check('strict', options.strict ?? false, aBoolean),
    context: options.context ?? {},
    capacity: check('mailbox.capacity', options.mailbox?.capacity ?? Infinity, wholeOrNoLimit),
    overflow: check(
      'mailbox.overflow',
      options.mailbox?.overflow ?? 'fail',
      oneOf(['fail', 'dropNewest', 'dropOldest']),
    ),
    keepReports: mostKept(options.keepReports ?? 100_000),
    journal: options.journal,
    payload: options.inspect?.payload ?? 'none',
    output: check('output', options.output ?? 'inherit', oneOf(['inherit', 'inspect'])),
    clock: options.clock ?? realClock,
    signal: options.signal,
    scope: asyncScope(),
  }
}

/** @throws {TypeError} when this is not a limit at all */
export function checkConcurrency({ concurrency }: Scheduler): void {
  if (concurrency === Infinity || (Number.isInteger(concurrency) && concurrency >= 1)) return
  throw new TypeError(
    `Cannot schedule at most ${String(concurrency)} at once: 'concurrency' must be a whole number of at least 1, or Infinity`,
  )
}

function toRegistry(workers: AnyWorker | readonly AnyWorker[] | Registry): Registry {
  if (typeof workers !== 'object' || workers === null) {
    throw new TypeError(
      `Cannot make a boss: 'workers' must be what defineWorker returns, or several of them, got ${typeof workers}`,
    )
  }
  if ('choose' in workers) return workers
  if (Array.isArray(workers) && workers.length === 0)
    throw new TypeError("Cannot make a boss: 'workers' must name one worker at least, got []")
  return registry(Array.isArray(workers) ? (workers as readonly AnyWorker[]) : [workers as AnyWorker])
}

function mostKept(kept: boolean | number): number {
  if (typeof kept === 'boolean') return kept ? Infinity : 0
  return check(
    'keepReports',
    kept,
    value =>
      value === Infinity || (Number.isInteger(value) && value >= 0) || 'be true, false or a whole number',
  )
}

/** Exponential, from 100 ms to 30 s, with up to a quarter of jitter either way. */
const patient = (attempt: number): number => jittered(Math.min(30_000, 100 * 2 ** (attempt - 1)))

/** After unintended deaths: the first replacement at once, then from 50 ms on, doubling, at most 5 s. */
const careful = (nth: number): number => (nth <= 1 ? 0 : jittered(Math.min(5_000, 50 * 2 ** (nth - 2))))

const jittered = (ms: number): number => ms * (0.75 + Math.random() / 2)

function check<A>(option: string, value: A, rule: (value: A) => true | string): A {
  const verdict = rule(value)
  if (verdict === true) return value
  throw new TypeError(`Cannot make a boss: '${option}' must ${verdict}, got ${describeSafely(value)}`)
}

const aFunction = (value: unknown): true | string => typeof value === 'function' || 'be a function'
const atLeast = (least: number) => (value: number) =>
  (typeof value === 'number' && value >= least) || `be a number of at least ${least}`
const wholeAtLeast = (least: number) => (value: number) =>
  (Number.isInteger(value) && value >= least) || `be a whole number of at least ${least}`
const wholeOrNoLimit = (value: number) =>
  value === Infinity ||
  (Number.isInteger(value) && value >= 1) ||
  'be a whole number of at least 1, or Infinity'
const aRecord = (value: unknown) => (typeof value === 'object' && value !== null) || 'be a record'
const aBoolean = (value: unknown) => typeof value === 'boolean' || 'be true or false'
const above0 = (value: number) => (typeof value === 'number' && value > 0) || 'be a number above 0'
const oneOf =
  <A extends string>(values: readonly A[]) =>
  (value: A) =>
    values.includes(value) || `be one of ${values.join(', ')}`
