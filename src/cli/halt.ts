/**
 * `--halt`: when to give up, or be content, before the input ends. The grammar is GNU parallel's.
 *
 *     never | WHEN,WHY=N | WHEN,WHY=N%        WHEN: soon, now        WHY: fail, success, done
 */

import { UsageError } from './exit-codes.ts'
import { leastForPercent } from './limits.ts'
import { failures, settledRecords, type Tally } from './tally.ts'

export interface Halt {
  /** `soon`: what runs is heard out. `now`: it is cut off. */
  readonly when: 'soon' | 'now'
  /** `done`: settled either way. */
  readonly why: 'fail' | 'success' | 'done'
  readonly limit: number
  /** Whether `limit` is per cent: of all if that is known, else of what is settled. */
  readonly percent: boolean
}

/** @returns `undefined` for `never` */
export function parseHalt(text: string): Halt | undefined {
  if (text === 'never') return undefined
  const found = /^(soon|now),(fail|success|done)=(\d+)(%?)$/.exec(text)
  const limit = Number(found?.[3])
  if (found === null || limit < 1 || (found[4] === '%' && limit > 100)) {
    throw new UsageError(
      `'${text}' is not a rule to halt by: give never, or when and why, as in soon,fail=1 or now,success=10%`,
    )
  }
  const [, when, why, , percent] = found as unknown as [string, Halt['when'], Halt['why'], string, string]
  return { when, why, limit, percent: percent === '%' }
}

/** @param total  how many records there are, where that is known */
export function isReached({ why, limit, percent }: Halt, tally: Tally, total: number | undefined): boolean {
  const settled = settledRecords(tally)
  const count = { fail: failures(tally), success: tally.done, done: settled }[why]
  if (!percent) return count >= limit
  return settled >= leastForPercent && count * 100 >= limit * (total ?? settled)
}
