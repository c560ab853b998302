/** `--env` and `--nice`: what workers, and all that they start, find around them. Set before any of them is there. */

import { setPriority } from 'node:os'

import { RunError, UsageError } from './exit-codes.ts'

interface SurroundingsOptions {
  readonly env?: readonly string[]
  readonly nice?: number
}

/** @throws {UsageError | RunError} what is no name, or may not be */
export function setSurroundings({ env = [], nice }: SurroundingsOptions): void {
  for (const pair of env) {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`--env '${pair}': give NAME=VALUE`)
    process.env[pair.slice(0, at)] = pair.slice(at + 1)
  }
  if (nice === undefined) return
  try {
    setPriority(nice)
  } catch (error) {
    throw new RunError(`--nice ${nice}: ${(error as Error).message}`, { cause: error })
  }
}
