/** What may be said when a boss is made, and what follows where nothing was said. */

import type { Crew } from '../crew/crew.ts'
import type { Journal } from '../journal/journal.ts'
import type { RulesFor, Scheduler } from '../scheduler/scheduler.ts'
import { type AsyncScope, asyncScope } from '../words/async-scope.ts'
import {
  aBoolean,
  aFunction,
  aNumberAbove0,
  aRecord,
  checking,
  countFrom,
  numberFrom,
  oneOfThese,
  type Rule,
  wholeNumberFrom,
} from '../words/check.ts'
import { type Clock, realClock } from '../words/clock.ts'
import { type FailureCode, failureCodes } from '../words/failure.ts'
import type { Instruction } from '../words/instruction.ts'
import { showThrown, showValue } from '../words/show-value.ts'
import { type Registry, registry } from '../worker/registry.ts'
import type { AnyWorker, InstructionOf } from '../worker/worker.ts'
import {
  backoffFirstMs,
  backoffMostMs,
  defaultGraceMs,
  defaultKeptReports,
  defaultReportLength,
  leastStormDeaths,
  reopenFirstMs,
  reopenMostMs,
  stormWithinMs,
} from './limits.ts'
import type { StepConfig } from './step/state.ts'

/** How a Boss is made. Only `workers` is needed. */
export interface BossOptions<D extends AnyWorker = AnyWorker> {
  /** Whom the boss may hire: one definition, several, or a registry with its own priorities. */
  readonly workers: D | readonly D[] | Registry<D>
  /** Where they work. Default `threads()`. */
  readonly crew?: Crew
  /**
   * What may start now. Default `maxThreads()`, as many as the machine (or container) runs in parallel. As a function it is
   * given rules that know the attributes of these workers: `rules => rules.exclusive(({ file }) => [file])`.
   */
  readonly scheduler?:
    | Scheduler<NoInfer<InstructionOf<D>>>
    | ((rules: RulesFor<NoInfer<InstructionOf<D>>>) => Scheduler<NoInfer<InstructionOf<D>>>)
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
    /**
     * What `instruction.accept` and `report` carry as `payload` of what was given, noted or answered: nothing, a text of at most
     * 512 characters, or what a function makes of it. Nothing is made while nobody observes.
     */
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
  /** What events carry of a value; absent: nothing. Never throws. */
  readonly payloadOf: ((value: unknown) => unknown) | undefined
  readonly output: 'inherit' | 'inspect'
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  /** Where all this was said: rules, hooks and journal are called in that async context. */
  readonly scope: AsyncScope
}

/** What a boss has where its user says nothing. Injected, so that `boss/` knows no backend by name. */
export interface Defaults {
  readonly crew: (options?: { readonly spinUs?: number }) => Crew
  readonly scheduler: () => Scheduler
  /** What the function form of `scheduler` is given. */
  readonly rules: RulesFor<Instruction<object>>
}

const check = checking('make a boss')

const aText: Rule = { says: 'a text', holds: value => typeof value === 'string' }
const aCrew: Rule = {
  says: 'a crew, such as threads() or inline()',
  holds: value => typeof (value as Partial<Crew> | null)?.open === 'function',
}
const aScheduler: Rule = {
  says: 'a scheduler, such as maxThreads(4)',
  holds: value => typeof value === 'object' && value !== null,
}
const codes: Rule = {
  says: `codes among ${failureCodes.join(', ')}`,
  holds: value => Array.isArray(value) && value.every(code => failureCodes.includes(code)),
}
const aPayload: Rule = {
  says: "'none', 'preview' or a function",
  holds: value => value === 'none' || value === 'preview' || typeof value === 'function',
}
const has = (says: string, ...methods: readonly string[]): Rule => ({
  says,
  holds: value =>
    methods.every(
      one => typeof (value as { readonly [one]?: unknown } | null)?.[one as never] === 'function',
    ),
})
const aClock = has('a clock, with now() and after()', 'now', 'after')
const aSignal = has('an AbortSignal', 'addEventListener', 'throwIfAborted')
const aJournal = has('a journal, such as fileJournal()', 'open', 'keyOf')
const manyReports: Rule = {
  says: 'true, false or a whole number',
  holds: value => typeof value === 'boolean' || wholeNumberFrom(0).holds(value),
}

/** @throws {TypeError} naming the option, its rule and its value */
export function resolveOptions(options: BossOptions, defaults: Defaults): Settings {
  check('options', options, aRecord)
  for (const group of ['mailbox', 'supervise', 'inspect', 'context'] as const)
    check(group, options[group] ?? {}, aRecord)
  const workers = toRegistry(options.workers)
  const crew = check('crew', options.crew ?? defaults.crew(), aCrew)
  crew.check(workers.definitions)
  const { scheduler: rules = defaults.scheduler() } = options
  const scheduler = check(
    'scheduler',
    (typeof rules === 'function' ? rules(defaults.rules as never) : rules) as Scheduler,
    aScheduler,
  )
  checkConcurrency(scheduler)
  const kept = check('keepReports', options.keepReports ?? defaultKeptReports, manyReports)
  const { timeout, queueTimeout, mailbox } = options
  const scope = asyncScope()
  return {
    name: check('name', options.name ?? 'boss', aText),
    registry: workers,
    crew,
    scheduler,
    verbose: check('verbose', options.verbose ?? false, aBoolean),
    maxLenReport: check('maxLenReport', options.maxLenReport ?? defaultReportLength, numberFrom(0)),
    onFailure: check(
      'onFailure',
      options.onFailure ?? 'continue',
      oneOfThese('continue', 'stop', 'stopRightNow'),
    ),
    graceMs: check('graceMs', options.graceMs ?? defaultGraceMs, numberFrom(0)),
    supervise: supervision(options.supervise, Math.min(scheduler.concurrency, crew.size)),
    retries: check('retries', options.retries ?? 0, countFrom(0)),
    backoff: check('backoff', options.backoff ?? patient, aFunction),
    retryOn: check('retryOn', options.retryOn ?? [], codes),
    timeout: timeout === undefined ? undefined : check('timeout', timeout, aNumberAbove0),
    queueTimeout: queueTimeout === undefined ? undefined : check('queueTimeout', queueTimeout, numberFrom(0)),
    strict: check('strict', options.strict ?? false, aBoolean),
    context: options.context ?? {},
    capacity: check('mailbox.capacity', mailbox?.capacity ?? Infinity, wholeNumberFrom(1)),
    overflow: check(
      'mailbox.overflow',
      mailbox?.overflow ?? 'fail',
      oneOfThese('fail', 'dropNewest', 'dropOldest'),
    ),
    keepReports: typeof kept === 'number' ? kept : kept ? Infinity : 0,
    journal: options.journal === undefined ? undefined : check('journal', options.journal, aJournal),
    payloadOf: payloadBy(check('inspect.payload', options.inspect?.payload ?? 'none', aPayload), scope),
    output: check('output', options.output ?? 'inherit', oneOfThese('inherit', 'inspect')),
    clock: check('clock', options.clock ?? realClock, aClock),
    signal: options.signal === undefined ? undefined : check('signal', options.signal, aSignal),
    scope,
  }
}

/** Characters of a preview. */
const previewLength = 512

function payloadBy(payload: NonNullable<BossOptions['inspect']>['payload'], scope: AsyncScope) {
  if (payload === 'preview') return (value: unknown) => showValue(value, previewLength)
  if (typeof payload !== 'function') return undefined
  return (value: unknown) => {
    try {
      return scope.runInAsyncScope(payload, undefined, value)
    } catch (error) {
      return `inspect.payload threw: ${showThrown(error)}` // whoever looks changes nothing about the run
    }
  }
}

/** @param size  most lanes that may be open */
function supervision(options: BossOptions['supervise'], size: number): Settings['supervise'] {
  const most = Math.max(leastStormDeaths, Number.isFinite(size) ? 2 * size : 0)
  return {
    max: check('supervise.max', options?.max ?? most, numberFrom(0)),
    within: check('supervise.within', options?.within ?? stormWithinMs, numberFrom(0)),
    backoff: check('supervise.backoff', options?.backoff ?? careful, aFunction),
    count: check('supervise.count', options?.count ?? 'unblamed', oneOfThese('unblamed', 'all')),
  }
}

/** @throws {TypeError} when this is not a limit at all */
export function checkConcurrency({ concurrency }: Scheduler): void {
  checking('schedule')('concurrency', concurrency, wholeNumberFrom(1))
}

const someWorkers: Rule = {
  says: 'what defineWorker returns, or several of them',
  holds: value =>
    typeof value === 'object' && value !== null && !(Array.isArray(value) && value.length === 0),
}

function toRegistry(given: AnyWorker | readonly AnyWorker[] | Registry): Registry {
  const workers = check('workers', given, someWorkers)
  if ('choose' in workers) return workers
  return registry(Array.isArray(workers) ? (workers as readonly AnyWorker[]) : [workers as AnyWorker])
}

/** Exponential, with up to a quarter of jitter either way. */
const patient = (attempt: number): number =>
  jittered(Math.min(backoffMostMs, backoffFirstMs * 2 ** (attempt - 1)))

/** After unintended deaths: the first replacement at once, then later and later. */
const careful = (nth: number): number =>
  nth <= 1 ? 0 : jittered(Math.min(reopenMostMs, reopenFirstMs * 2 ** (nth - 2)))

const jittered = (ms: number): number => ms * (0.75 + Math.random() / 2)
