/**
 * Sets of instructions: what is common to all, and what each has for itself.
 *
 *     zip      { common: { a: 0 }, individual: { b: [1, 2], c: [3, 4] } }   a0 b1 c3, a0 b2 c4
 *     product  the same                                                    a0 b1 c3, a0 b1 c4, a0 b2 c3, a0 b2 c4
 *
 * Individual values win over common ones. Nothing that was given is changed.
 */

import { share } from '../words/share.ts'
import { showValue } from '../words/show-value.ts'
import { hasTransfer } from '../words/survey.ts'

/** With several workers an instruction is a union; a set may hold instructions for all of them. */
type KeysOf<I> = I extends unknown ? keyof I : never
type ValueOf<I, K> = I extends unknown ? (K extends keyof I ? I[K] : never) : never

/** A set of instructions: what all have in common, and lists of what each has for itself. */
export interface SetOf<I> {
  /** Values that all instructions share. */
  readonly common?: { readonly [K in KeysOf<I>]?: ValueOf<I, K> }
  /** Lists of equal lengths: instruction i takes the value at i of each. Empty lists are zero instructions. */
  readonly individual?: { readonly [K in KeysOf<I>]?: readonly ValueOf<I, K>[] }
}

/** An instruction as it was given: not yet decoded. */
type Given = Record<string, unknown>
type Lists = readonly (readonly [key: string, values: readonly unknown[]])[]

/**
 * Instruction i is `common` with each `individual[k][i]`.
 *
 * @throws {TypeError} when lists differ in length, and when there is no list at all: a single instruction is given with `give`
 */
export function zip<I>(set: SetOf<I>): Given[] {
  const lists = listsOf(set)
  const length = lists[0]?.[1].length ?? 0
  if (lists.some(([, values]) => values.length !== length)) {
    const lengths = lists.map(([key, values]) => `${key}: ${values.length}`).join(', ')
    throw cannot(
      `the lists in 'individual' must have equal lengths, got ${lengths}; all combinations are product()`,
    )
  }
  const instructions: Given[] = []
  shareAll(set.common)
  for (let i = 0; i < length; i++) {
    const instruction = { ...set.common } as Given
    for (const [key, values] of lists) put(instruction, key, values[i])
    instructions.push(instruction)
  }
  return instructions
}

/**
 * Every combination of the individual values, the last list running fastest. Made one by one as they are asked for:
 * `boss.listen(product(set))` takes as many as there is room for.
 *
 * @throws {TypeError} at once, when there is no list at all
 */
export function product<I>(set: SetOf<I>): IterableIterator<I> {
  shareAll(set.common)
  return combine({ ...set.common } as Given, listsOf(set)) as IterableIterator<I>
}

function* combine(common: Given, lists: Lists): Generator<Given> {
  const [first, ...others] = lists
  if (first === undefined) {
    yield common
    return
  }
  const [key, values] = first
  for (const value of values) {
    const instruction = { ...common }
    put(instruction, key, value)
    yield* combine(instruction, others)
  }
}

/** What all have in common crosses to a worker once; but what moves there can be given only once anyway. */
function shareAll(common: object | undefined): void {
  for (const value of Object.values(common ?? {})) if (!hasTransfer(value) && !isSignal(value)) share(value)
}

const isSignal = (value: unknown) => value instanceof AbortSignal

function listsOf<I>({ common, individual }: SetOf<I>): Lists {
  for (const [name, part] of Object.entries({ common, individual })) {
    if (part !== undefined && (typeof part !== 'object' || part === null || Array.isArray(part))) {
      throw cannot(`'${name}' must be a record, got ${showValue(part)}`)
    }
  }
  const lists = Object.entries(individual ?? {}).filter(([, values]) => values !== undefined)
  for (const [key, values] of lists) {
    if (!Array.isArray(values)) throw cannot(`'individual.${key}' must be a list, got ${showValue(values)}`)
  }
  if (lists.length === 0) {
    throw cannot("'individual' must have at least one list; give a single instruction with give()")
  }
  return lists as unknown as Lists
}

/** Not by assignment: a key named `__proto__` would change what the others are. */
function put(instruction: Given, key: string, value: unknown): void {
  if (key !== '__proto__') instruction[key] = value
  else
    Object.defineProperty(instruction, key, { value, enumerable: true, configurable: true, writable: true })
}

const cannot = (rule: string) => new TypeError(`Cannot make a set of instructions: ${rule}`)
