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

import type { Hook } from '../crew/crew.ts'
import type { Instruction, InstructionId } from '../instruction.ts'

/** An instruction waiting or running, as the rules see it. */
export interface Pending<I extends Instruction = Instruction> {
  readonly id: InstructionId
  /** Decoded attributes and base attributes. */
  readonly instruction: I
  /** The definition's name; empty where there is none (`schedule` on its own). */
  readonly worker: string
  /** Milliseconds it is expected to take: its own `expectedTime`, else what was seen so far; `undefined`: unknown. */
  readonly expectedMs: number | undefined
}

/** What runs now. Whatever was admitted a moment ago already counts. */
export type Running<I extends Instruction = Instruction> = readonly Pending<I>[]

export interface Scheduler<I extends Instruction = Instruction> {
  /** At most so many at once: `mergeMap`'s limit. A whole number above 0, or `Infinity`. */
  readonly concurrency: number
  /** Who is looked at first: negative, `a` before `b`. Default and among equals: order of arrival. */
  order?(a: Pending<I>, b: Pending<I>): number
  /** May it start beside what runs? */
  admits?(next: Pending<I>, running: Running<I>): boolean
  /** Can it never start? Refused when given, with this reason. */
  impossible?(next: Pending<I>): string | undefined
  /** Run in the worker of this ticket before its first job. */
  hooks?(ticket: number): readonly Hook[]
}
