/**
 * The end of the process. `process.exit` waits for every thread, and one that is stuck in native code would keep it for
 * ever: then it ends by force, as nearly with its exit code as Node allows.
 */

import { writeSync } from 'node:fs'

import { exitCodeOfSignal, exitCodes } from './exit-codes.ts'

type Execve = (file: string, args: readonly string[]) => never

let threads = 0
/** Whether the command itself ends this process. */
let isOurs = false

/** So many threads are stuck. */
export function leaveBehind(stuck: number): void {
  threads += stuck
}

/**
 * An end that is not ours must not pass for one: a worker file that is imported here, or work in the inline crew, may call
 * `process.exit`, and then nothing is known of the rest.
 */
export function guardExit(): void {
  process.once('exit', code => {
    if (isOurs) return
    process.exitCode = exitCodes.cannotGoOn
    try {
      writeSync(
        2,
        `rxboss: ended before its time, with ${code}: did a worker call process.exit in this thread? What is not reported was not done\n`,
      )
    } catch {} // nobody is there to be told
  })
}

/** Flushes what is buffered; what was written before stays. */
export function leave(exitCode: number): void {
  isOurs = true
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
