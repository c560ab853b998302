#!/usr/bin/env node
/** The command `rxboss`. What a command needs is loaded when it is used: `--help` must not wait for threads and streams. */

import module, { createRequire } from 'node:module'

import { CommanderError } from 'commander'
import { splitSources } from './argument-sources.ts'
import type { CheckOptions } from './check-command.ts'
import { guardExit, leave } from './exit.ts'
import { exitCodes, RunError, UsageError } from './exit-codes.ts'
import { print } from './output/print.ts'
import { defineCommandLine } from './program.ts'
import type { ReportsOptions } from './reports.ts'
import type { RunCommandOptions } from './run-options.ts'
import type { WorkOptions } from './work.ts'

const { version } = createRequire(import.meta.url)('rxboss/package.json') as { version: string }

// What is loaded from here on is compiled once, and not at each start; where Node knows how (22 and later), and only in the
// command, since a library has no business to decide that. NODE_DISABLE_COMPILE_CACHE=1 keeps it from that.
const { enableCompileCache } = module as { enableCompileCache?: () => unknown }
enableCompileCache?.()

let exitCode: number = exitCodes.fine
let help = ''

/** What stands behind `:::` is no argument to be parsed. */
const { args, sources } = splitSources(process.argv)

const program = defineCommandLine(version, {
  run: async (target, words, options) => {
    const { run } = await import('./run.ts')
    exitCode = await run(target, { ...(options as unknown as RunCommandOptions), words, sources })
  },
  work: async (targets, options) => {
    const { work } = await import('./work.ts')
    exitCode = await work(targets, options as unknown as WorkOptions)
  },
  describe: async (target, options) => {
    const { describeWorkers } = await import('./describe-command.ts')
    const { takeStandardStreams } = await import('./standard-streams.ts')
    // What a worker file prints while it is imported is no description.
    const stdout = takeStandardStreams(text => process.stderr.write(text))
    exitCode = await print(await describeWorkers(target, options), stdout)
  },
  reports: async (journal, options) => {
    const { reports } = await import('./reports.ts')
    exitCode = await reports(journal, options as unknown as ReportsOptions)
  },
  checkProgram: async (command, options) => {
    const { checkCommand } = await import('./check-command.ts')
    exitCode = await checkCommand(command, options as CheckOptions)
  },
  helper: async language => {
    const { helperFor } = await import('./helper-command.ts')
    exitCode = await print(helperFor(language))
  },
  completion: async shell => {
    const { completionScript } = await import('./completion.ts')
    exitCode = await print(completionScript(program, shell))
  },
  man: async () => {
    const { manualPage } = await import('./man.ts')
    exitCode = await print(manualPage(program, version))
  },
})

for (const command of [program, ...program.commands])
  command.configureOutput({
    writeOut: text => {
      help += text
    },
  })
// A full disk or a reader that is gone costs what is said, and not the exit code.
process.stderr.on('error', () => {})
guardExit()

try {
  await program.parseAsync(args)
} catch (error) {
  exitCode = explain(error)
}
if (help !== '') exitCode = await print(help).catch(explain)
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

/** Pipes are written behind our back; exiting would cut them off. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => void stream.write('', () => resolve()))
}
