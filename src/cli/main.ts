#!/usr/bin/env node
/** The command `rxboss`. What a command needs is loaded when it is used: `--help` must not wait for threads and streams. */

import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'

import { CommanderError } from 'commander'
import { leave } from './exit.ts'
import { exitCodes, RunError, UsageError } from './exit-codes.ts'
import { defineProgram } from './program.ts'
import type { ReportsOptions } from './reports.ts'
import type { RunOptions } from './run-options.ts'
import type { WorkOptions } from './work.ts'

const { version } = createRequire(import.meta.url)('rxboss/package.json') as { version: string }

let exitCode: number = exitCodes.fine

const program = defineProgram(version, {
  run: async (target, options) => {
    const { run } = await import('./run.ts')
    exitCode = await run(target, options as unknown as RunOptions)
  },
  work: async (targets, options) => {
    const { work } = await import('./work.ts')
    exitCode = await work(targets, options as unknown as WorkOptions)
  },
  describe: async (target, options) => {
    const { describeWorkers } = await import('./describe.ts')
    const { takeStandardStreams } = await import('./standard-streams.ts')
    // What a worker file prints while it is imported is no description.
    const stdout = takeStandardStreams(text => process.stderr.write(text))
    await print(await describeWorkers(target, options), stdout)
  },
  reports: async (journal, options) => {
    const { reports } = await import('./reports.ts')
    exitCode = await reports(journal, options as unknown as ReportsOptions)
  },
  completion: async shell => {
    const { completionScript } = await import('./completion.ts')
    await print(completionScript(program, shell))
  },
  man: async () => {
    const { manualPage } = await import('./man.ts')
    await print(manualPage(program, version))
  },
})

try {
  await program.parseAsync()
} catch (error) {
  exitCode = explain(error)
}
// Not by itself: a worker file that was imported for its footprint may have left something open.
await flush(process.stderr)
leave(exitCode)

/** Says what went wrong, in a line. @returns the exit code */
function explain(error: unknown): number {
  // Commander has said it, or has printed the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage
  const { message, stack } = error as Error
  if (error instanceof UsageError || error instanceof RunError) {
    process.stderr.write(`rxboss: ${message}\n`)
    return error.exitCode
  }
  process.stderr.write(`rxboss: ${process.env.DEBUG ? stack : message}\n`)
  return exitCodes.cannotGoOn
}

function print(text: string, stdout: Pick<Writable, 'write' | 'on'> = process.stdout): Promise<void> {
  stdout.on('error', () => process.exit(exitCodes.closedPipe))
  return new Promise(resolve => void stdout.write(text, () => resolve()))
}

/** Pipes are written behind our back; exiting would cut them off. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => void stream.write('', () => resolve()))
}
