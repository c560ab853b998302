/** What a desk takes over from the one before it, when the rules change, besides what runs. */

import type { Granted } from '../scheduler.ts'
import type { RecentStart } from './key-claims.ts'

export interface Past<T> {
  /** When the last ones started. */
  readonly startTimes: readonly number[]
  /** So many started of whom nobody knows when. */
  readonly unknownStarts: number
  /** Starts that a rule may still count. */
  readonly recent: readonly RecentStart[]
  /** Which parts of supplies those have that run. */
  readonly granted: ReadonlyMap<T, Granted>
  /** Which keys each lane had, where a rule prefers those lanes. */
  readonly had: ReadonlyMap<number, readonly unknown[]>
}

export const noPast = <T>(): Past<T> => ({
  startTimes: [],
  unknownStarts: 0,
  recent: [],
  granted: new Map(),
  had: new Map(),
})
