/**
 * An instruction: plain data telling a worker what to do.
 *
 * Its own attributes (`limit: 100`) are the worker's business; the base attributes below are the Boss's,
 * and any instruction may carry them.
 */

/** Unique within one boss, assigned in order of arrival: 0, 1, 2 ... */
export type InstructionId = number

/** What every instruction may carry besides its own attributes. */
export interface BaseAttributes {
  /** Shown in reports; may be a template (`'run_[date]'`). Default `<worker>#<id>`. */
  readonly name?: string
  /** The definition that is to do it, by name: where several would. */
  readonly worker?: string
  /** MiB the work needs; what `maxMemory` counts. A list has one figure for each attempt: more on the next try. */
  readonly memory?: number | readonly number[]
  /** How much of each named resource the work needs (`{ gpu: 1 }`); what `resources` shares out. */
  readonly needs?: Readonly<Record<string, number>>
  /** When it should be done: a date, also as text (ISO 8601), or milliseconds since 1970. What `byDeadline` goes by; it stops nothing. */
  readonly deadline?: number | string | Date
  /** Milliseconds the work is expected to take; what `longestFirst` looks at. */
  readonly expectedTime?: number
  /** Higher goes first under `byPriority`. Default 0. */
  readonly priority?: number
  /** Milliseconds from the first moment of the work; beyond it the attempt fails with `timeout`. */
  readonly timeout?: number
  /** Milliseconds from acceptance until the work begins; beyond it the instruction is cancelled. */
  readonly queueTimeout?: number
  /** How many more attempts follow a crash, an out-of-memory or a timeout. Default 0: at most once. */
  readonly retries?: number
  /** What the journal knows this instruction by, in this run and the next. */
  readonly key?: string
  /** W3C trace context of who gives it. The worker finds it on its task, and `rxboss/otel` links to it. */
  readonly traceparent?: string
  /** Aborting it cancels this instruction, pending or running. */
  readonly signal?: AbortSignal
}

/** Any instruction, its attributes unknown. */
export type Instruction<A extends object = Record<string, unknown>> = A & BaseAttributes

/** The names of the base attributes, in the order in which they are documented. */
export const baseAttributeNames = [
  'name',
  'worker',
  'memory',
  'needs',
  'deadline',
  'expectedTime',
  'priority',
  'timeout',
  'queueTimeout',
  'retries',
  'key',
  'traceparent',
  'signal',
] as const satisfies readonly (keyof BaseAttributes)[]

const millisecondsOrMore = (least: number) => (value: unknown) =>
  typeof value === 'number' && value >= least
    ? undefined
    : `a number of ${least === 0 ? 'at least 0' : `more than ${least}`}`

const finite = (value: unknown) => (Number.isFinite(value) ? undefined : 'a finite number')
const isAmount = (value: unknown) => Number.isFinite(value) && (value as number) >= 0
const text = (value: unknown) => (typeof value === 'string' ? undefined : 'a string')

/** What each base attribute must be; `undefined` when it is. */
const rules: Readonly<Record<keyof BaseAttributes, (value: unknown) => string | undefined>> = {
  name: text,
  worker: text,
  memory: value =>
    isAmount(value) || (Array.isArray(value) && value.length > 0 && value.every(isAmount))
      ? undefined
      : 'MiB, a number of at least 0, or a list of them',
  needs: value =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isAmount)
      ? undefined
      : 'a record of numbers of at least 0',
  deadline: value =>
    Number.isFinite(
      value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : value,
    )
      ? undefined
      : 'a date, or milliseconds since 1970',
  expectedTime: millisecondsOrMore(0),
  priority: finite,
  timeout: value => (typeof value === 'number' && value > 0 ? undefined : 'milliseconds, a number above 0'),
  queueTimeout: millisecondsOrMore(0),
  retries: value =>
    Number.isInteger(value) && (value as number) >= 0 ? undefined : 'a whole number of at least 0',
  key: text,
  traceparent: text,
  signal: value => (isAbortSignal(value) ? undefined : 'an AbortSignal'),
}

/**
 * The base attributes of an instruction, or `undefined` when it carries none (the usual, and cheapest, case).
 * Only own properties count.
 *
 * @throws {BadBaseAttribute} at the first one that is not what it must be
 */
export function readBaseAttributes(given: Readonly<Record<string, unknown>>): BaseAttributes | undefined {
  if (hasNone(given)) return undefined
  let found: Record<string, unknown> | undefined
  for (const name of baseAttributeNames) {
    const value = given[name]
    if (value === undefined || !Object.hasOwn(given, name)) continue
    const expected = rules[name](value)
    if (expected !== undefined) throw new BadBaseAttribute(name, expected, value)
    found ??= {}
    found[name] = value
  }
  return found as BaseAttributes | undefined
}

/** One by one, since a name that stands in the code is looked up in a tenth of the time of one that is computed. */
function hasNone(given: BaseAttributes): boolean {
  return (
    given.name === undefined &&
    given.worker === undefined &&
    given.memory === undefined &&
    given.needs === undefined &&
    given.deadline === undefined &&
    given.expectedTime === undefined &&
    given.priority === undefined &&
    given.timeout === undefined &&
    given.queueTimeout === undefined &&
    given.retries === undefined &&
    given.key === undefined &&
    given.traceparent === undefined &&
    given.signal === undefined
  )
}

/** What an instruction says to its worker: the base attributes left out, which are for the boss. */
export function attributesOf(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const attributes: Record<string, unknown> = {}
  for (const name of Object.keys(given))
    if (!(baseAttributeNames as readonly string[]).includes(name)) attributes[name] = given[name]
  return attributes
}

/** A base attribute that is not what it must be. The Boss turns it into a `refused` failure. */
export class BadBaseAttribute extends TypeError {
  readonly attribute: keyof BaseAttributes
  readonly expected: string
  readonly got: unknown

  constructor(attribute: keyof BaseAttributes, expected: string, got: unknown) {
    super(`${attribute}: expected ${expected}, got ${typeof got}`)
    this.name = 'BadBaseAttribute'
    this.attribute = attribute
    this.expected = expected
    this.got = got
  }
}

function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value
}
