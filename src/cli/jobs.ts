/** `--jobs`: how many at once, in the forms of GNU parallel. */

import { UsageError } from './exit-codes.ts'
import { mostJobs } from './limits.ts'

export interface Jobs {
  readonly count: number
  /** `0`: no limit of our own. */
  readonly unlimited: boolean
}

/**
 * `4`; `+2` and `-1`: beside the cores; `50%` of the cores; `0`: as many as possible. Never less than 1.
 *
 * @param cores  the parallelism available
 */
export function parseJobs(text: string, cores: number): Jobs {
  const found = /^([+-]?)(\d+)(%?)$/.exec(text)
  if (found === null || (found[1] !== '' && found[3] !== '')) {
    throw new UsageError(`'${text}' is not a number of jobs: give N, +N, -N, N% or 0`)
  }
  const [, sign, digits, percent] = found
  const n = Number(digits)
  if (sign === '+') return limited(cores + n)
  if (sign === '-') return limited(cores - n)
  if (percent === '%') return limited(Math.floor((cores * n) / 100))
  return n === 0 ? { count: mostJobs, unlimited: true } : limited(n)
}

const limited = (count: number): Jobs => ({ count: Math.max(1, count), unlimited: false })
