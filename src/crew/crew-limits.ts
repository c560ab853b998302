/** What every crew with places of its own is told about how many there are and how long they live; threads, processes and programs alike. */

import type { Crew } from './crew.ts'
import { defaultIdleMs } from './limits.ts'

/** How many places a crew has, and how long they live. A place: a thread, a process, a program. */
export interface CrewLimits {
  /** Most places at once. Default: as many as the scheduler lets run. */
  readonly size?: number
  /** Places kept though idle. Default 0. */
  readonly min?: number
  /** Milliseconds after which an idle place above `min` closes. Default 10,000. */
  readonly idleMs?: number
  /**
   * Milliseconds in which a place must be ready, its worker files loaded; beyond them it is ended, a failed start. Default
   * 60,000; `Infinity`: no limit.
   */
  readonly startMs?: number
  /** A place closes after so many instructions, and another follows it. */
  readonly recycleAfter?: number
  /** A place closes once it has more than this in memory: of its heap in threads and processes (browsers do not tell), in all in programs (on Linux). */
  readonly recycleAboveMB?: number
}

/** @throws {TypeError} when a number cannot be meant. @param kind  of what the crew is, for that */
export function crewLimits(
  kind: string,
  { size = Infinity, min = 0, idleMs = defaultIdleMs, recycleAfter, recycleAboveMB, startMs }: CrewLimits,
): Pick<Crew, 'size' | 'min' | 'idleMs' | 'recycleAfter' | 'recycleAboveMB'> {
  mustBe(kind, { name: 'size', value: size, holds: size >= 1, rule: 'at least 1' })
  mustBe(kind, {
    name: 'min',
    value: min,
    holds: min >= 0 && min <= size,
    rule: "at least 0, and at most 'size'",
  })
  mustBe(kind, { name: 'idleMs', value: idleMs, holds: idleMs >= 0, rule: 'milliseconds, at least 0' })
  if (recycleAfter !== undefined)
    mustBe(kind, { name: 'recycleAfter', value: recycleAfter, holds: recycleAfter >= 1, rule: 'at least 1' })
  if (recycleAboveMB !== undefined)
    mustBe(kind, {
      name: 'recycleAboveMB',
      value: recycleAboveMB,
      holds: recycleAboveMB > 0,
      rule: 'above 0',
    })
  if (startMs !== undefined)
    mustBe(kind, { name: 'startMs', value: startMs, holds: startMs > 0, rule: 'milliseconds, above 0' })
  return {
    size,
    min,
    idleMs,
    ...(recycleAfter !== undefined && { recycleAfter }),
    ...(recycleAboveMB !== undefined && { recycleAboveMB }),
  }
}

interface Demand {
  readonly name: string
  readonly value: number
  readonly holds: boolean
  readonly rule: string
}

/** @throws {TypeError} naming the option, its value and its rule, unless it holds */
export function mustBe(kind: string, { name, value, holds, rule }: Demand): void {
  if (!holds)
    throw new TypeError(`Cannot make a crew of ${kind} with ${name} ${value}: '${name}' must be ${rule}`)
}
