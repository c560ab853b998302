/**
 * The `memory` of what runs fits into a budget; exactly full is allowed. taylorism's MaxMemoryScheduler.
 *
 * One figure per instruction, pending or running: its own (or that of its attempt, where it has a list), or `perTask`. What is larger than the whole is refused.
 */

import type { AnyInstruction, AnyScheduler, Pending } from '../scheduler.ts'
import { memoryMiB } from './machine.ts'
import { shown } from './shown.ts'

/** How much {@link maxMemory} hands out. */
export interface MemoryLimits {
  /** MiB in all. Default: `fraction` of the machine's, or of the container's limit if that is less. */
  readonly max?: number
  /** Above 0, at most 1. Default 0.75. */
  readonly fraction?: number
  /**
   * MiB of an instruction that does not say, or a function of it and of the attempt (1, 2 ...): more memory on the next try.
   * Default 2048, or all there is if that is less.
   */
  readonly perTask?: number | ((instruction: AnyInstruction, attempt: number) => number)
}

/** @throws {TypeError} when a limit is not a number in its range, or `max` and `fraction` are both given */
export function maxMemory(limits: MemoryLimits = {}): AnyScheduler {
  const { max, fraction = 0.75 } = limits
  if (max !== undefined && limits.fraction !== undefined) {
    throw new TypeError("Cannot limit memory: give 'max' or 'fraction', not both")
  }
  if (max !== undefined && !(Number.isFinite(max) && max > 0)) {
    throw new TypeError(`Cannot limit memory to ${shown(max)}: 'max' must be MiB, a number above 0`)
  }
  if (!(fraction > 0 && fraction <= 1) || typeof fraction !== 'number') {
    throw new TypeError(`Cannot limit memory to ${shown(fraction)}: 'fraction' must be above 0 and at most 1`)
  }
  const budget = max ?? Math.floor(memoryMiB() * fraction)
  const perTask = limits.perTask ?? Math.min(2048, budget)
  if (typeof perTask !== 'function' && !(typeof perTask === 'number' && perTask >= 0 && perTask <= budget)) {
    throw new TypeError(`Cannot count ${shown(perTask)} MiB per task: 'perTask' must be from 0 to ${budget}`)
  }
  const cost = ({ instruction, attempt = 1 }: Pending): number => {
    const { memory } = instruction
    if (typeof memory === 'number') return memory
    // One figure for each attempt; the last one for all that follow.
    if (memory !== undefined) return memory[Math.min(attempt, memory.length) - 1] as number
    if (typeof perTask === 'number') return perTask
    const said = perTask(instruction, attempt)
    // A later attempt is never asked for again whether it is possible: it gets all there is.
    return attempt > 1 ? Math.min(said, budget) : said
  }
  const mostEver = (next: Pending): number => {
    const { memory } = next.instruction
    return typeof memory === 'object' ? Math.max(...memory) : cost(next)
  }
  return {
    name: 'maxMemory',
    concurrency: Infinity,
    budget,
    cost,
    impossible: next =>
      mostEver(next) > budget
        ? `it needs ${mostEver(next)} MiB of memory, and there are ${budget} in all`
        : undefined,
  }
}
