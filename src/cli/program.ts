/** The command line's definition: parsing, help, completion and the man page are all made of it. */

import { Argument, Command } from 'commander'

import { isWorker } from './find-workers.ts'
import { ourOption } from './foreign-options.ts'
import { examples, exitStatus, interrupting, streams } from './help-texts.ts'
import { runOptions } from './options/option-table.ts'
import { choice, repeatable } from './options/value-kinds.ts'
import { workCommandOptions } from './options/work-command-options.ts'

export interface Actions {
  /** @param words  of a command line */
  run(target: string, words: readonly string[], options: Record<string, unknown>): Promise<void>
  work(targets: readonly string[], options: Record<string, unknown>): Promise<void>
  describe(target: string | undefined, options: { readonly json?: boolean }): Promise<void>
  reports(journal: string, options: Record<string, unknown>): Promise<void>
  checkProgram(command: readonly string[], options: Record<string, unknown>): Promise<void>
  helper(language: string): Promise<void>
  completion(shell: string): Promise<void>
  man(): Promise<void>
}

export function defineCommandLine(version: string, actions: Actions): Command {
  const program = new Command('rxboss')
    .description(
      'Hire workers, give instructions, watch the reports: runs a worker over a stream of instructions, in parallel.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    // What stands behind the program that is checked is its own.
    .enablePositionalOptions()
    .addHelpText('after', below('rxboss'))
  program.addCommand(runCommand(actions))
  program.addCommand(workCommand(actions))
  program.addCommand(describeCommand(actions))
  program.addCommand(reportsCommand(actions))
  program.addCommand(checkProgramCommand(actions))
  program.addCommand(helperCommand(actions))
  program.addCommand(completionCommand(actions))
  program.addCommand(manCommand(actions))
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showHelpAfterError('(--help tells more)')
      .configureOutput({ outputError: (text, write) => write(inOurWords(text)) })
  }
  return program
}

/** What Commander complains of, and what was meant. */
function inOurWords(complaint: string): string {
  const text = complaint.replace(/^error: /, 'rxboss: ')
  const option = /unknown option '([^'=]+)/.exec(text)?.[1]
  const instead = option === undefined ? undefined : ourOption(option)
  if (instead !== undefined)
    return `${text.split('\n', 1)[0]}\n(In the place of ${option} here: ${instead})\n`
  const command = /unknown command '([^']+)'/.exec(text)?.[1]
  if (command !== undefined && isWorker(command))
    return `${text.split('\n', 1)[0]}\n(Did you mean rxboss run ${command}?)\n`
  return text
}

function runCommand(actions: Actions): Command {
  const run = new Command('run')
    .description('Run a worker over instructions: records in, one line of JSON per report out.')
    .argument('<worker>', 'a worker file, or the name of a ready-made worker (see `rxboss describe`)')
    .argument('[command...]', 'with the worker shell: a command line, `{}` in the place of the record')
    .helpOption('-h, --help', 'print this')
    .usage('[options] <worker> [command...] [::: values...]')
    .action((target, words, options) => actions.run(target, words, options))
  for (const [group, options] of Object.entries(runOptions())) {
    run.optionsGroup(`${group}:`)
    for (const option of options) run.addOption(option)
  }
  return run.addHelpText('after', below('run'))
}

function workCommand(actions: Actions): Command {
  const work = new Command('work')
    .description('Work for whoever gives instructions to a queue: any number of these, on any machines.')
    .argument('<workers...>', 'worker files, or names of ready-made workers')
    .action((targets, options) => actions.work(targets, options))
  for (const option of workCommandOptions()) work.addOption(option)
  return work.addHelpText('after', below('work'))
}

const describeCommand = (actions: Actions): Command =>
  new Command('describe')
    .description('What a worker accepts, as Markdown; without a worker, the ready-made ones.')
    .argument('[worker]', 'a worker file, or the name of a ready-made worker')
    .option('--json', 'as JSON')
    .action((target, options) => actions.describe(target, options))
    .addHelpText('after', below('describe'))

const reportsCommand = (actions: Actions): Command =>
  new Command('reports')
    .description('The reports of a run, from its journal.')
    .argument('<journal>', 'what --journal has written')
    .option('--failed', 'those that failed, alone')
    .addOption(
      choice('--format <format>', 'how they are printed', ['ndjson', 'json', 'csv', 'tsv']).default('ndjson'),
    )
    .action((journal, options) => actions.reports(journal, options))
    .addHelpText('after', below('reports'))

const checkProgramCommand = (actions: Actions): Command =>
  new Command('check-program')
    .description(
      'Whether a worker in another language keeps to the protocol: plays both sides, and says what is wrong.',
    )
    .argument('<command...>', 'how the program is started')
    .addOption(
      repeatable(
        '--attributes <worker=json>',
        'what a worker is given in the trial; by default made up of its schema',
      ),
    )
    .option('--json', 'verdicts as lines of JSON')
    .passThroughOptions()
    .action((command, options) => actions.checkProgram(command, options))
    .addHelpText('after', below('check-program'))

const helperCommand = (actions: Actions): Command =>
  new Command('helper')
    .description('Print the helper with which programs in another language are workers.')
    .addArgument(new Argument('<language>', 'which').choices(['python', 'perl']))
    .action(language => actions.helper(language))
    .addHelpText('after', below('helper'))

const completionCommand = (actions: Actions): Command =>
  new Command('completion')
    .description('Print a completion script for your shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(shell => actions.completion(shell))
    .addHelpText('after', below('completion'))

const manCommand = (actions: Actions): Command =>
  new Command('man')
    .description('Print the manual page.')
    .action(() => actions.man())
    .addHelpText('after', below('man'))

/** What stands below the options. */
function below(command: string): string {
  const lines = (examples[command] ?? []).map(example => `  ${example}`)
  const more =
    command === 'run'
      ? [
          '',
          streams,
          interrupting,
          '',
          'Exit status:',
          ...exitStatus.map(([code, why]) => `  ${code.padEnd(14)} ${why}`),
        ]
      : []
  return ['', 'Examples:', ...lines, ...more].join('\n')
}
