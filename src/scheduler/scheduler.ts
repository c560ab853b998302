/**
 * A scheduler decides which pending instruction may start now. Nothing else.
 *
 *     tickets 0..n-1 ──mergeMap(lane, n)──► reports
 *                          ▲   │
 *     pending queue ───────┘   └── settled: look again
 *
 * It is an object of rules, and rules combine: `scheduler(maxThreads(4), exclusive(keysOf))`.
 * Need another one? Add a file to this folder; `exclusive.ts` is the shortest to copy.
 */

import type { Hook } from '../words/hook.ts'
import type { Instruction, InstructionId } from '../words/instruction.ts'

/** Any instruction at all, also one whose type is an interface: an index of `unknown` would not take those. */
// biome-ignore lint/suspicious/noExplicitAny: only an index of `any` takes every object type
export type AnyInstruction = Instruction<Record<string, any>>

/** An instruction waiting or running, as the rules see it. */
export interface Pending<I extends Instruction<object> = AnyInstruction> {
  readonly id: InstructionId
  /** Decoded attributes and base attributes. */
  readonly instruction: I
  /** The definition's name; empty where there is none (`schedule` on its own). */
  readonly worker: string
  /** Milliseconds it is expected to take: its own `expectedTime`, else what was seen so far; `undefined`: unknown. */
  readonly expectedMs: number | undefined
  /** 1 at first, and one more for each repetition. Absent: 1. */
  readonly attempt?: number
}

/** A rule that reads no attribute of a worker's own: it goes with any instruction, and says nothing of its type. */
export type AnyScheduler = {
  readonly [Member in keyof Scheduler as Exclude<Member, 'rules'>]: Scheduler[Member] extends
    | ((next: Pending, ...more: never[]) => infer Answer)
    | undefined
    ? (...given: never[]) => Answer
    : Scheduler[Member]
}

/** Which parts of each supply an instruction has while it runs: `{ gpu: ['1'] }`. */
export type Granted = Readonly<Record<string, readonly string[]>>

/** What runs now. Whatever was admitted a moment ago already counts. */
export type Running<I extends Instruction<object> = AnyInstruction> = readonly Pending<I>[]

/**
 * Only `concurrency` is needed. A rule that is a plain function of what waits and what runs needs no more than `order`
 * and `admits`; the members under "indexed" say the same in a form in which the blocked cost nothing while they wait.
 */
export interface Scheduler<I extends Instruction<object> = AnyInstruction> {
  /** What error messages call it. */
  readonly name?: string
  /** At most so many at once: `mergeMap`'s limit. A whole number above 0, or `Infinity`. */
  readonly concurrency: number
  /** Who is looked at first: negative, `a` before `b`. Default and among equals: order of arrival. */
  order?(a: Pending<I>, b: Pending<I>): number
  /** May it start beside what runs? A function of its arguments alone: it is asked again only once something settles. */
  admits?(next: Pending<I>, running: Running<I>): boolean
  /** Can it never start? Refused when given, with this reason. */
  impossible?(next: Pending<I>): string | undefined
  /** Run in the worker of this ticket before its first job. */
  hooks?(ticket: number): readonly Hook[]

  // Indexed: asked once for each instruction.

  /** What it has for itself while it runs: never more than `mostPerKey` at once on the same key, compared by `===`. */
  keys?(next: Pending<I>): readonly unknown[]
  /** Default 1. */
  readonly mostPerKey?: number
  /** Keys are counted by starts, not by what runs: each is free again so many milliseconds after it was taken. */
  readonly perMs?: number
  /** How much it takes of each supply while it runs; what it does not name, it does not need. */
  needs?(next: Pending<I>): Readonly<Record<string, number>>
  /** How much there is of each supply, or its parts by name: who runs is then told which of them it has. */
  readonly supplies?: Readonly<Record<string, number | readonly string[]>>
  /** Environment variables, by supply, that hold the parts which were granted; `RXBOSS_<SUPPLY>` always does. */
  readonly variables?: Readonly<Record<string, string>>
  /** What it takes of the budget while it runs: the sum of what runs never exceeds `budget`. */
  cost?(next: Pending<I>): number
  readonly budget?: number
  /** Whose turn it uses up: keys take turns, `order` decides within one. */
  share?(next: Pending<I>): unknown
  /** So many turns for one of the others: a number above 0. Default 1. */
  weight?(next: Pending<I>): number

  /** A key that prefers the lanes which had it before, among those that `order` leaves equal. */
  prefers?(next: Pending<I>): unknown

  // Time: for a rule that waits for something else than a settlement.

  /**
   * Nobody starts before this moment, in milliseconds on the clock of `now`; open if it is not after `now`.
   * `startedAt(n)` is when the nth last start was, `-Infinity` if there were fewer.
   */
  opensAt?(now: number, startedAt: (nth: number) => number): number
  /**
   * Whether so little of what it allows is used up that a lane may be handed more than it works on. What waits there counts as
   * started until it has ended. Absent: who is let start begins at once.
   */
  mayGoAhead?(now: number, startedAt: (nth: number) => number): boolean

  /** At most so many at once as of now, within `concurrency`. Asked before each start, and told of each end by `ended`. */
  limit?(running: number): number
  /** The least that `limit` ever says. */
  readonly leastAtOnce?: number
  /** One that ran has ended: `limit` may say something else now. */
  ended?(): void

  /** After so many overtakings an instruction is next, and nothing overtakes it any more. Default 100. */
  readonly patience?: number
  /** What it was combined from, by `scheduler(...rules)`: each is then asked on its own. */
  readonly rules?: readonly Scheduler<I>[]
}

/** Rules that know which attributes there are. */
export interface RulesFor<I extends Instruction<object>> {
  /** Combines them, and any others. */
  readonly scheduler: (...rules: readonly Scheduler<I>[]) => Scheduler<I>
  /** As `exclusive`: never two at once with a key in common. */
  readonly exclusive: (keysOf: (instruction: I) => readonly unknown[]) => Scheduler<I>
  /** As `atMost`: so many at once for each key. */
  readonly atMost: (n: number, keyOf: (instruction: I) => unknown) => Scheduler<I>
  /** As `rateLimit`: so many starts in so many milliseconds, for all or for each key. */
  readonly rateLimit: (n: number, perMs: number, keyOf?: (instruction: I) => unknown) => Scheduler<I>
  /** As `fairShare`: each key its share of what is free. */
  readonly fairShare: (
    keyOf: (instruction: I) => unknown,
    options?: { weightOf?: (instruction: I) => number },
  ) => Scheduler<I>
  /** As `sticky`: a key prefers the lanes that had it before. */
  readonly sticky: (keyOf: (instruction: I) => unknown) => Scheduler<I>
}
