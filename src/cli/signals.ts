/**
 * Ctrl-C and its kin. The first asks to finish what runs, the second to stop it, the third ends the process at once. They
 * are watched until the process ends: one that comes late must not take away what is still being written.
 *
 *     SIGINT, SIGTERM, SIGHUP ──► soon ──► now ──► gone        SIGUSR2 ──► tell where we stand
 *     SIGTSTP ──► makes way, stopped      SIGHUP under nohup ──► goes on
 */

import { dieBy } from './exit.ts'
import { exitCodeOfSignal } from './exit-codes.ts'
import { ignoresHangup } from './ignores-hangup.ts'
import { echoMs } from './limits.ts'

export interface SignalTerms {
  readonly soon: () => void
  readonly now: () => void
  readonly tell: () => void
  /** About to be stopped (Ctrl-Z): the terminal is somebody else's. */
  readonly paused?: () => void
}

export interface SignalWatch {
  /** The exit code of the first signal, if one came. */
  readonly exitCode: number | undefined
}

export function watchSignals({ soon, now, tell, paused }: SignalTerms): SignalWatch {
  let count = 0
  let exitCode: number | undefined
  let last = { signal: '', at: Number.NEGATIVE_INFINITY }
  const ending = (signal: NodeJS.Signals) => {
    const at = performance.now()
    if (signal === last.signal && at - last.at < echoMs) return
    last = { signal, at }
    exitCode ??= exitCodeOfSignal[signal as keyof typeof exitCodeOfSignal]
    count++
    if (count === 1) soon()
    else if (count === 2) now()
    else dieBy(signal)
  }
  const names = Object.keys(exitCodeOfSignal) as (keyof typeof exitCodeOfSignal)[]
  for (const name of names) process.on(name, name === 'SIGHUP' && ignoresHangup() ? () => {} : ending)
  if (process.platform !== 'win32') {
    process.on('SIGUSR2', tell)
    if (paused !== undefined) process.on('SIGTSTP', stopAfter(paused))
  }
  return {
    get exitCode() {
      return exitCode
    },
  }
}

/** As if nobody had listened, so that the system decides whether a stop means anything here: where no shell waits, it does not. */
function stopAfter(paused: () => void): () => void {
  const stop = () => {
    paused()
    process.off('SIGTSTP', stop)
    process.kill(process.pid, 'SIGTSTP')
    setImmediate(() => process.on('SIGTSTP', stop))
  }
  return stop
}
