/**
 * Claims: what an instruction needs for itself while it runs, by all the rules that speak of keys or supplies; who has what
 * of it, by identity where the parts have one; and what time alone sets free again.
 */

import { Fifo } from '../../words/fifo.ts'
import type { Granted, Pending, Scheduler } from '../scheduler.ts'
import { keysBy, needsBy, supplyOf } from '../wants.ts'
import { amountOf, type Claimant, Key, type KeyTerms } from './key.ts'

/** What claims are kept of. */
export interface Holder<W extends Holder<W>> extends Claimant<W> {
  keys: readonly Key<W>[]
  amounts: readonly number[] | undefined
  granted: Granted | undefined
  readonly pending: Pending
}

interface Kind<W extends Holder<W>> {
  readonly terms: KeyTerms<W>
  readonly keys: Map<unknown, Key<W>>
  /** Of a supply whose parts have names: those that nobody has. */
  readonly parts: Map<unknown, string[]>
  /** Starts that still count, where time sets a key free. */
  readonly expiries: Fifo<{ readonly at: number; readonly key: Key<W> }>
}

/** A start that a rule may still count, so that a change of rules does not forget it. */
export interface RecentStart {
  readonly at: number
  readonly pending: Pending
}

export class Claims<W extends Holder<W>> {
  readonly #kinds: readonly Kind<W>[]
  /** How long a start counts at most. */
  readonly #longestMs: number
  /** Whether the parts of some supply have names. */
  readonly #named: boolean
  #recent: RecentStart[] = []

  constructor(rules: readonly Scheduler[], before: (a: W, b: W) => boolean) {
    this.#kinds = rules.flatMap(rule => kindsOf(rule, before))
    this.#named = this.#kinds.some(({ parts }) => parts.size > 0)
    this.#longestMs = Math.max(0, ...this.#kinds.map(({ terms }) => terms.perMs ?? 0))
  }

  get none(): boolean {
    return this.#kinds.length === 0
  }

  /** Whether time alone can set something free. */
  get timed(): boolean {
    return this.#longestMs > 0
  }

  get recent(): readonly RecentStart[] {
    return this.#recent
  }

  /** Finds out what it wants. @throws {RuleError} */
  read(who: W): void {
    let keys: readonly Key<W>[] = noKeys
    let amounts: number[] | undefined
    for (const { terms, keys: known } of this.#kinds) {
      const needs = terms.amounts ? needsBy(terms.rule, who.pending) : undefined
      for (const name of needs === undefined ? keysBy(terms.rule, who.pending) : Object.keys(needs)) {
        const amount = needs?.[name as string] ?? 1
        const key = known.get(name) ?? new Key(name, known, terms)
        if (amount !== 1) amounts ??= keys.map(() => 1)
        if (keys.length === 0) keys = key.alone
        else if (!keys.includes(key)) keys = [...keys, key]
        else continue
        amounts?.push(amount)
      }
    }
    who.keys = keys
    who.amounts = amounts
    for (const key of keys) key.wanted++
  }

  /** It starts, and has what it wants. */
  hold(who: W, now: number): void {
    for (const key of who.keys) {
      key.held += amountOf(who, key)
      const { perMs } = key.terms
      if (perMs !== undefined) expireAt(this.#kindOf(key), key, now + perMs)
    }
    if (this.#named) this.#grant(who)
    if (this.#longestMs > 0) this.#remember(who, now)
  }

  /** It has ended. */
  release(who: W): void {
    for (const key of who.keys) if (key.terms.perMs === undefined) key.held -= amountOf(who, key)
    if (who.granted === undefined) return
    for (const [name, parts] of Object.entries(who.granted)) {
      for (const { parts: free } of this.#kinds) {
        const all = free.get(name)
        if (all !== undefined) free.set(name, merged(all, parts))
      }
    }
  }

  /** The keys that time has set free by now. */
  pass(now: number): Key<W>[] {
    const freed: Key<W>[] = []
    for (const { expiries } of this.#kinds) {
      for (let next = expiries.first; next !== undefined && next.at <= now; next = expiries.first) {
        expiries.take()
        next.key.held--
        next.key.frees.shift()
        next.key.forgetIfUnused()
        freed.push(next.key)
      }
    }
    return freed
  }

  /** When time sets something free next. */
  get nextAt(): number | undefined {
    let next: number | undefined
    for (const { expiries } of this.#kinds) {
      const at = expiries.first?.at
      if (at !== undefined && (next === undefined || at < next)) next = at
    }
    return next
  }

  /** Takes over what runs by other rules, and what they still count. */
  resume(running: readonly W[], recent: readonly RecentStart[]): void {
    for (const who of running) {
      const had = who.granted
      for (const key of who.keys) if (key.terms.perMs === undefined) key.held += amountOf(who, key)
      this.#grant(who, had)
    }
    for (const { at, pending } of recent) {
      for (const kind of this.#kinds) {
        const { perMs, rule } = kind.terms
        if (perMs === undefined) continue
        for (const name of keysBy(rule, pending)) {
          const key = kind.keys.get(name) ?? new Key(name, kind.keys, kind.terms)
          key.held++
          expireAt(kind, key, at + perMs)
        }
      }
    }
    this.#recent = [...recent]
  }

  /** Of a supply whose parts have names, the first that are free; those it had before, if it had some. */
  #grant(who: W, had?: Granted): void {
    let granted: Record<string, readonly string[]> | undefined
    for (const { parts } of this.#kinds) {
      for (const [name, free] of parts) {
        const key = who.keys.find(one => one.name === name && one.terms.amounts)
        if (key === undefined) continue
        const kept = had?.[name as string]
        const mine = kept ?? free.slice(0, amountOf(who, key))
        parts.set(
          name,
          free.filter(part => !mine.includes(part)),
        )
        granted ??= {}
        granted[name as string] = mine
      }
    }
    who.granted = granted
  }

  #remember({ pending }: W, at: number): void {
    this.#recent.push({ at, pending })
    if (this.#recent.length < 1024) return
    const still = this.#recent.filter(one => one.at > at - this.#longestMs)
    // Many within one interval: the list is looked through again only once it has doubled.
    if (still.length < this.#recent.length / 2) this.#recent = still
  }

  #kindOf(key: Key<W>): Kind<W> {
    return this.#kinds.find(({ terms }) => terms === key.terms) as Kind<W>
  }
}

function kindsOf<W extends Holder<W>>(rule: Scheduler, before: (a: W, b: W) => boolean): Kind<W>[] {
  const kinds: Kind<W>[] = []
  const kind = (terms: KeyTerms<W>, parts = new Map<unknown, string[]>()) =>
    kinds.push({ terms, keys: new Map(), parts, expiries: new Fifo() })
  const { keys, mostPerKey = 1, perMs, needs, supplies = {} } = rule
  if (keys !== undefined) kind({ rule, most: () => mostPerKey, amounts: false, perMs, before })
  if (needs !== undefined) {
    const parts = new Map<unknown, string[]>()
    for (const [name, supply] of Object.entries(supplies)) {
      if (typeof supply !== 'number') parts.set(name, [...supply].sort(byText))
    }
    const most = (name: unknown) => supplyOf(supplies, String(name))
    kind({ rule, most, amounts: true, perMs: undefined, before }, parts)
  }
  return kinds
}

function expireAt<W extends Holder<W>>({ expiries }: Kind<W>, key: Key<W>, at: number): void {
  expiries.push({ at, key })
  key.frees.push(at)
}

/** Both are in order. Made once: to make one for each comparison would cost more than all else here. */
const { compare: byText } = new Intl.Collator('en', { numeric: true })

/** Those that come back go where they belong among those that are free. */
function merged(free: readonly string[], parts: readonly string[]): string[] {
  if (free.length === 0) return [...parts]
  if (byText(parts[0] ?? '', free.at(-1) ?? '') > 0) return [...free, ...parts]
  return [...free, ...parts].sort(byText)
}

const noKeys: readonly never[] = []
