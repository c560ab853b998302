/**
 * `share`: an attribute that many instructions have in common is sent to each worker once.
 *
 *     share(table) ──first instruction──► worker: cloned, frozen ◄──number── every other instruction
 *
 * The mark is a registry under a global symbol, as for `transfer`, so that two copies of this package in one program agree. A
 * worker keeps what was shared as long as somebody here does: an instruction, or whoever might give it again.
 */

// Work may replace what is global where it runs.
const { Array, FinalizationRegistry, Object, Set, Symbol, WeakMap } = globalThis

interface Registry {
  next: number
  readonly numbers: WeakMap<object, number>
  /** Told when nobody has the value with that number any more. */
  readonly forgotten: Set<(number: number) => void>
  readonly watch: FinalizationRegistry<number>
}

const key = Symbol.for('rxboss.shared')
const place = globalThis as { [key]?: Registry }

function newRegistry(): Registry {
  const forgotten = new Set<(number: number) => void>()
  return {
    next: 1,
    numbers: new WeakMap(),
    forgotten,
    watch: new FinalizationRegistry(number => {
      for (const forget of forgotten) forget(number)
    }),
  }
}

/**
 * Marks an attribute that many instructions have in common: it is decoded once, crosses to each worker once, and is one and the
 * same object there for all instructions. Plain objects and arrays are frozen there, at every depth; `inline()` works on one
 * such copy as well. Returns the same value.
 *
 * What `common` has in a set of instructions, or `--common` on the command line, is shared without saying so.
 *
 * @example
 * const table = share(await loadTable())
 * for (const row of rows) boss.give({ table, row })
 */
export function share<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  place[key] ??= newRegistry()
  const { numbers, watch } = place[key]
  if (numbers.has(value)) return value
  const number = place[key].next++
  numbers.set(value, number)
  watch.register(value, number)
  return value
}

/** False while nothing was ever shared, which is the usual case, and saves the look-ups. */
export const sharesExist = (): boolean => place[key] !== undefined

/** The number of a shared value; `undefined`: it is not shared. */
export const sharedNumberOf = (value: unknown): number | undefined =>
  typeof value === 'object' && value !== null ? place[key]?.numbers.get(value) : undefined

/** Tells when nobody has a shared value any more. Returns how to stop that. */
export function whenForgotten(tell: (number: number) => void): () => void {
  const registry = place[key]
  registry?.forgotten.add(tell)
  return () => void registry?.forgotten.delete(tell)
}

/** A decoder of one attribute that decodes a shared value once; what that becomes is shared, too. */
export function decodesOnce(
  decode: (value: unknown) => unknown,
  failed: unknown,
): (value: unknown) => unknown {
  const known = new WeakMap<object, unknown>()
  return value => {
    if (!sharesExist() || sharedNumberOf(value) === undefined) return decode(value)
    const before = known.get(value as object)
    if (before !== undefined) return before
    const decoded = share(decode(value))
    if (decoded !== failed && decoded !== undefined) known.set(value as object, decoded)
    return decoded
  }
}

/** Plain objects and arrays frozen, at every depth; whatever else there is, is left alone. */
export function frozen<T>(value: T, seen = new Set<unknown>()): T {
  if (typeof value !== 'object' || value === null || seen.has(value)) return value
  const prototype = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value
  seen.add(value)
  for (const part of Object.values(value)) frozen(part, seen)
  return Object.freeze(value)
}
