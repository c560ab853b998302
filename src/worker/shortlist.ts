/**
 * A shortlist: of all definitions, those that could accept an instruction with these keys.
 *
 *     level debug      kind = 'a' ──► succeeder
 *                      kind = 'b' ──► failer
 *     level default    sleeper
 *
 * Where the definitions of one level list the values of a key that all of them read (a literal, `t.keyof`, `values`),
 * the value leads straight to those that accept it. The footprint still decides: a shortlist only leaves out who cannot.
 */

import type { Reader } from '../footprint/footprint.ts'
import type { AnyWorker } from './worker.ts'

export interface Candidate {
  /** Its place among the definitions. */
  readonly index: number
  readonly worker: AnyWorker
  readonly reader: Reader
}

/** The candidates of one priority level. */
export interface Level {
  readonly all: readonly Candidate[]
  /** The key whose value tells them apart, with who accepts which; `others` for the values that nobody lists. */
  readonly by:
    | {
        readonly key: string
        readonly accepting: ReadonlyMap<unknown, readonly Candidate[]>
        readonly others: readonly Candidate[]
      }
    | undefined
}

/** @param ranked  places of definitions by level, the highest level first */
export function shortlist(
  definitions: readonly AnyWorker[],
  ranked: readonly (readonly number[])[],
  keys: readonly string[],
): readonly Level[] {
  return ranked
    .map(level =>
      level.flatMap((index): Candidate[] => {
        const worker = definitions[index] as AnyWorker
        const reader = worker.footprint.reader(keys)
        return reader === undefined ? [] : [{ index, worker, reader }]
      }),
    )
    .filter(candidates => candidates.length > 0)
    .map(all => ({ all, by: all.length > 1 ? tellApart(all, keys) : undefined }))
}

function tellApart(candidates: readonly Candidate[], keys: readonly string[]): Level['by'] {
  const listing = (key: string) => candidates.filter(({ reader }) => reader.finite(key) !== undefined).length
  const [best] = [...keys].sort((a, b) => listing(b) - listing(a))
  if (best === undefined || listing(best) < 2) return undefined
  const accepting = new Map<unknown, Candidate[]>()
  const others = candidates.filter(({ reader }) => reader.finite(best) === undefined)
  for (const value of new Set(candidates.flatMap(({ reader }) => [...(reader.finite(best) ?? [])]))) {
    accepting.set(
      value,
      candidates.filter(({ reader }) => reader.finite(best)?.has(value) ?? true),
    )
  }
  return { key: best, accepting, others }
}

/** Who of a level could accept this one. */
export function candidatesFor(
  { all, by }: Level,
  given: Readonly<Record<string, unknown>>,
): readonly Candidate[] {
  if (by === undefined) return all
  const value = given[by.key]
  return value === undefined ? all : (by.accepting.get(value) ?? by.others) // `undefined` is no value: a default may act
}
