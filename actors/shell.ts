/**
 * Runs a command. Instruction: `{ command, args?, shell?, cwd?, input?, env? }`; without a shell unless asked, so that
 * nothing in `args` is ever expanded. Result: `{ exitCode, stdout, stderr }`. An exit code other than 0 fails, with
 * `error.exitCode`, `error.stdout` and `error.stderr`. Killed when it is cancelled.
 */

import { spawn } from 'node:child_process'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export default defineWorker(import.meta, {
  name: 'shell',
  info: 'Runs a command.',
  attr: {
    command: t.string,
    args: { type: t.array(t.string), default: () => [] },
    shell: { type: t.boolean, default: false },
    cwd: { type: t.union([t.string, t.undefined]), default: undefined },
    input: { type: t.string, default: '' },
    env: { type: t.record(t.string, t.string), default: () => ({}) },
  },
  work: ({ command, args, shell, cwd, input, env }, { signal }) =>
    new Promise<Outcome>((resolve, reject) => {
      signal.throwIfAborted()
      // Its own process group, so that what it started is killed with it.
      const child = spawn(command, args, { shell, cwd, env: { ...process.env, ...env }, detached: true })
      const kill = () => {
        if (child.pid !== undefined) killGroup(child.pid)
      }
      signal.addEventListener('abort', kill, { once: true })
      process.once('exit', kill)
      const stdout = collect(child.stdout)
      const stderr = collect(child.stderr)
      child.stdin.on('error', () => {}) // a command that does not read its input closes it: its exit tells
      child.stdin.end(input)
      child.once('error', reject)
      child.once('close', (code, killedBy) => {
        signal.removeEventListener('abort', kill)
        process.off('exit', kill)
        const outcome: Outcome = { exitCode: code ?? -1, stdout: stdout(), stderr: stderr() }
        if (signal.aborted) reject(signal.reason)
        else if (code === 0) resolve(outcome)
        else reject(Object.assign(new Error(complaint(command, { code, killedBy, outcome })), outcome))
      })
    }),
})

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}

function complaint(
  command: string,
  end: { code: number | null; killedBy: string | null; outcome: Outcome },
): string {
  const how = end.code === null ? `was killed by ${end.killedBy}` : `exited with code ${end.code}`
  const lastWords = end.outcome.stderr.trim().split('\n').at(-1)
  return `${command} ${how}${lastWords ? `: ${lastWords}` : ''}`
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // gone already
  }
}
