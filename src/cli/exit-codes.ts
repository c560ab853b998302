/** How the command ends: its exit codes, and the two errors that end it before or beside the work. */

export const exitCodes = {
  fine: 0,
  /** Most failures that are counted in the exit code; more are `tooManyFailed`. */
  mostCounted: 100,
  tooManyFailed: 101,
  cannotGoOn: 254,
  usage: 255,
  closedPipe: 141,
} as const

export const exitCodeOfSignal = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** 0 when nothing failed, else how many, as far as an exit code can say it. */
export const exitCodeOfFailures = (failed: number): number =>
  failed > exitCodes.mostCounted ? exitCodes.tooManyFailed : failed

/** What was typed cannot be meant. */
export class UsageError extends Error {
  readonly exitCode = exitCodes.usage
}

/** It cannot be run, or cannot go on: a worker file, a full disk. */
export class RunError extends Error {
  readonly exitCode = exitCodes.cannotGoOn
}
