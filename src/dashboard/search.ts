/**
 * Search among what was settled: `kind:failed ticket:3 ms>500 "corrupt header" -cat`. The same on the server, over all that
 * is kept, and in the page of a report.
 */

import type { BoundedLog } from '../inspect/bounded-log.ts'
import { groupKey } from '../inspect/failure-groups.ts'
import type { Run, Span } from '../inspect/run.ts'
import { longestQuery, pageSize, stepLength } from './limits.ts'

/** A row of a report, as it is shown. */
export interface Found {
  readonly rows: readonly Span[]
  /** How many match, of those that are kept. */
  readonly matched: number
  /** How many are kept, and how many there were ever. */
  readonly kept: number
  readonly all: number
  /** Where the next page begins; `undefined` after the last. */
  readonly next?: number
}

/** The words of a search were not understood. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
}

type Test = (span: Span) => boolean
/** The worker in a slot, by its name in every view. */
type WhoOf = (ticket: number) => string | undefined

const fields: ReadonlyMap<string, (span: Span) => string | number | undefined> = new Map(
  Object.entries({
    id: span => span.id,
    name: span => span.name,
    worker: span => span.worker,
    kind: span => span.kind,
    ticket: span => span.ticket,
    attempt: span => span.attempt,
    code: span => span.code,
    why: span => span.why,
    group: ({ code, why = '' }) => (code === undefined ? undefined : groupKey(code, why)),
    ms: span => span.ended - span.began,
    wait: span => span.waitMs,
  } satisfies Record<string, (span: Span) => string | number | undefined>),
)

const term = /(-?)(?:(\w+)(:|>=|<=|>|<))?(?:"([^"]*)"|(\S+))/g

/**
 * @param text  `field:value`, `field>number`, plain words on name and error; `-` before one turns it round; all must hold
 * @throws {QueryError} a field that is none, or a number that is none
 */
function parseQuery(text: string, whoOf: WhoOf): Test {
  const tests = Array.from(text.matchAll(term), ([, not, field, operator, quoted, plain]) => {
    const test = testOf({ field, operator, value: quoted ?? plain ?? '' }, whoOf)
    return not === '-' ? (span: Span) => !test(span) : test
  })
  return span => tests.every(test => test(span))
}

interface Term {
  readonly field: string | undefined
  readonly operator: string | undefined
  readonly value: string
}

function testOf({ field, operator, value }: Term, whoOf: WhoOf): Test {
  const wanted = value.toLowerCase()
  if (field === undefined || operator === undefined)
    return ({ name, why }) => name.toLowerCase().includes(wanted) || !!why?.toLowerCase().includes(wanted)
  const read = fields.get(field)
  if (read === undefined)
    throw new QueryError(`There is no '${field}' to search by: there are ${[...fields.keys()].join(', ')}`)
  if (operator === ':')
    return span => {
      const found = read(span)
      if (field === 'worker' && span.ticket !== undefined && whoOf(span.ticket) === wanted) return true
      if (typeof found === 'number') return found === Number(value)
      return found?.toLowerCase().includes(wanted) ?? false
    }
  const bound = Number(value)
  if (value === '' || Number.isNaN(bound))
    throw new QueryError(`'${field}${operator}${value}' compares with no number`)
  const holds = comparisons[operator] as (a: number, b: number) => boolean
  return span => {
    const found = read(span)
    return typeof found === 'number' && holds(found, bound)
  }
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
}

/**
 * The newest first.
 *
 * @param before  where the page begins: the `next` of the page before, counted from the first there ever was
 * @throws {QueryError} when the text is not understood
 */
export function search(spans: BoundedLog<Span>, text: string, before?: number): Found {
  return atOnce(searchInSteps({ spans, lanes: [] }, text, before))
}

/** The same, where workers are known by their names. */
export function searchRun(run: Searched, text: string, before?: number): Found {
  return atOnce(searchInSteps(run, text, before))
}

type Searched = Pick<Run, 'spans' | 'lanes'>

function atOnce(searching: Generator<undefined, Found>): Found {
  for (;;) {
    const { done, value } = searching.next()
    if (done) return value
  }
}

/** The same, a step at a time. */
export function* searchInSteps(
  { spans, lanes }: Searched,
  text: string,
  before = Infinity,
): Generator<undefined, Found> {
  if (text.length > longestQuery) throw new QueryError(`Search by ${longestQuery} characters at most`)
  const matches = parseQuery(text, ticket => lanes[ticket]?.workerId)
  const { items, from, to, count } = spans
  // Where an item stands among all there ever were: that does not change when older ones are dropped.
  const offset = count - to
  const rows: Span[] = []
  let matched = 0
  let next: number | undefined
  for (let i = to - 1; i >= from; i--) {
    if (i % stepLength === 0) yield
    const span = items[i] as Span
    if (!matches(span)) continue
    matched++
    if (i + offset >= before) continue
    if (rows.length < pageSize) rows.push(span)
    else next ??= i + offset + 1
  }
  return { rows, matched, kept: to - from, all: count, ...(next !== undefined && { next }) }
}
