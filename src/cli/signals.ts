/**
 * Ctrl-C and its kin. The first asks to finish what runs, the second to stop it, the third ends the process at once. They
 * are watched until the process ends: one that comes late must not take away what is still being written.
 *
 *     SIGINT, SIGTERM, SIGHUP ──► soon ──► now ──► gone        SIGUSR2 ──► tell where we stand
 */

import { dieBy } from './exit.ts'
import { exitCodeOfSignal } from './exit-codes.ts'

export interface SignalTerms {
  readonly soon: () => void
  readonly now: () => void
  readonly tell: () => void
}

export interface SignalWatch {
  /** The exit code of the first signal, if one came. */
  readonly exitCode: number | undefined
}

export function watchSignals({ soon, now, tell }: SignalTerms): SignalWatch {
  let count = 0
  let exitCode: number | undefined
  const ending = (signal: NodeJS.Signals) => {
    exitCode ??= exitCodeOfSignal[signal as keyof typeof exitCodeOfSignal]
    count++
    if (count === 1) soon()
    else if (count === 2) now()
    else dieBy(signal)
  }
  const names = Object.keys(exitCodeOfSignal) as NodeJS.Signals[]
  for (const name of names) process.on(name, ending)
  if (process.platform !== 'win32') process.on('SIGUSR2', tell)
  return {
    get exitCode() {
      return exitCode
    },
  }
}
