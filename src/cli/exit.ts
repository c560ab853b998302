/**
 * The end of the process. `process.exit` waits for every thread, and one that is stuck in native code would keep it for
 * ever: then it ends by force, as nearly with its exit code as Node allows.
 */

import { exitCodeOfSignal } from './exit-codes.ts'

type Execve = (file: string, args: readonly string[]) => never

let threads = 0

/** So many threads are stuck. */
export function leaveBehind(stuck: number): void {
  threads += stuck
}

/** Flushes what is buffered; what was written before stays. */
export function leave(exitCode: number): void {
  if (threads === 0) process.exit(exitCode)
  // A shell in the place of this process, which does nothing but exit. Node has it since 22.15, and not on Windows.
  const { execve } = process as typeof process & { execve?: Execve }
  if (execve !== undefined && process.platform !== 'win32')
    execve('/bin/sh', ['sh', '-c', `exit ${exitCode}`])
  const signal = signalOf(exitCode)
  if (signal === undefined)
    process.stderr.write(
      `rxboss: ends by force, since a thread is stuck; the exit code would be ${exitCode}\n`,
    )
  dieBy(signal ?? 'SIGKILL')
}

/** At once, with whatever is at work in threads, as if nobody had listened to the signal. Shells see 128 and its number. */
export function dieBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

function signalOf(exitCode: number): NodeJS.Signals | undefined {
  const names = Object.keys(exitCodeOfSignal) as (keyof typeof exitCodeOfSignal)[]
  return names.find(name => exitCodeOfSignal[name] === exitCode)
}
