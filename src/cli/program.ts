/**
 * The command line's definition: parsing, help, completion and the man page are all made of it.
 *
 * No option takes an *optional* value: it would swallow the worker's name.
 */

import { Argument, Command, Option } from 'commander'

import { UsageError } from './exit-codes.ts'
import { isWorker } from './find-workers.ts'
import { ourOption } from './foreign-options.ts'
import { parseHalt } from './halt.ts'
import { examples, exitStatus, interrupting, streams } from './help-texts.ts'
import { parseDelimiter, parseFormat } from './input/format.ts'
import { parseJobs } from './jobs.ts'
import { parseDuration, parseDurations, parsePercent, parseRate, parseSize } from './units.ts'

export interface Actions {
  run(target: string, options: Record<string, unknown>): Promise<void>
  work(targets: readonly string[], options: Record<string, unknown>): Promise<void>
  describe(target: string | undefined, options: { readonly json?: boolean }): Promise<void>
  reports(journal: string, options: Record<string, unknown>): Promise<void>
  completion(shell: string): Promise<void>
  man(): Promise<void>
}

export function defineProgram(version: string, actions: Actions): Command {
  const program = new Command('rxboss')
    .description(
      'Hire workers, give instructions, watch the reports: runs a worker over a stream of instructions, in parallel.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')

    .addHelpText('after', below('rxboss'))
  program.addCommand(runCommand(actions))
  program.addCommand(workCommand(actions))
  program.addCommand(
    new Command('describe')
      .description('What a worker accepts, as Markdown; without a worker, the ready-made ones.')
      .argument('[worker]', 'a worker file, or the name of a ready-made worker')
      .option('--json', 'as JSON')
      .action((target, options) => actions.describe(target, options))
      .addHelpText('after', below('describe')),
  )
  program.addCommand(
    new Command('reports')
      .description('The reports of a run, from its journal.')
      .argument('<journal>', 'what --journal has written')
      .option('--failed', 'those that failed, alone')
      .addOption(
        choice('--format <format>', 'how they are printed', ['ndjson', 'json', 'csv', 'tsv']).default(
          'ndjson',
        ),
      )
      .action((journal, options) => actions.reports(journal, options))
      .addHelpText('after', below('reports')),
  )
  program.addCommand(
    new Command('completion')
      .description('Print a completion script for your shell.')
      .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
      .action(shell => actions.completion(shell))
      .addHelpText('after', below('completion')),
  )
  program.addCommand(
    new Command('man')
      .description('Print the manual page.')
      .action(() => actions.man())
      .addHelpText('after', below('man')),
  )
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
    .helpOption('-h, --help', 'print this')
    .action((target, options) => actions.run(target, options))
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
  for (const option of [
    ...queueOptions(),
    new Option('--prefix <text>', 'what all keys of the queue begin with').default('bull'),
    jobsOption('how many jobs at once: N, +N or -N beside the cores, N% of them'),
    choice('--crew <crew>', 'where the work is done', ['threads', 'processes', 'inline']).default('threads'),
    read(
      '--lock <time>',
      'without a sign of this machine for so long, its jobs count as crashed',
      parseDuration,
    ).default(10_000, '10s'),
    read('--grace <time>', 'when asked to stop: after so long, what still runs is cut', parseDuration),
    new Option('-q, --quiet', 'say nothing but what went wrong'),
  ])
    work.addOption(option)
  return work.addHelpText('after', below('work'))
}

const queueOptions = (): readonly Option[] => [
  new Option('--redis <url>', 'where the queue is, as in redis://host:6379').env('RXBOSS_REDIS'),
  new Option('--queue <name>', 'which queue').default('rxboss'),
]

const jobsOption = (description: string): Option =>
  read('-j, --jobs <n>', description, text => {
    parseJobs(text, 1)
    return text
  })

/** Options of `run`, by what they are about. */
function runOptions(): Readonly<Record<string, readonly Option[]>> {
  return {
    Input: [
      repeatable(
        '--each <name=values>',
        'a value for each instruction: a,b,c, 1..9, a JSON array, @file (by lines), @- or a glob; several are paired',
      ),
      new Option('--cross', 'each value of one --each with each of the others'),
      repeatable('--common <name=value>', 'a value for every instruction that has none of its own'),
      repeatable('-a, --from <file>', 'read records from a file instead of stdin (-)'),
      read(
        '--input <format>',
        'ndjson, json (one array), csv, tsv (with a header), lines=NAME; by default by extension, else ndjson',
        parseFormat,
      ),
      new Option('-0, --null', 'lines end with NUL, as find -print0 writes them (--input lines0)'),
      read('--delimiter <character>', 'what parts the cells of a table; by default guessed', parseDelimiter),
      new Option('--no-header', 'the first row of a table is a record; give --columns'),
      read('--columns <names>', 'names of the columns, where there is no header: a,b,c', text =>
        text.split(','),
      ),
      read('--max-line <size>', 'longest line accepted, at most 512M', lineSize).default(16 * 2 ** 20, '16M'),
      read('--skip <n>', 'pass over so many records', whole(0)),
      read('--limit <n>', 'read so many records, and no more', whole(0)),
      read('--total <n>', 'how many records there will be, for progress and --halt', whole(0)),
      new Option('--name <template>', "what instructions are called, as in 'resize [path]'"),
      new Option('--dry-run', 'read and check every record, start no worker'),
    ],
    Work: [
      jobsOption('how many at once: N, +N or -N beside the cores, N% of them, 0 for as many as possible'),
      choice('--crew <crew>', 'where workers live', ['threads', 'processes', 'inline']).default('threads'),
      new Option('--redis <url>', 'work on other machines, by a queue on Redis: redis://host:6379').env(
        'RXBOSS_REDIS',
      ),
      new Option('--queue <name>', 'which queue; consumers are started with rxboss work'),
      read('--pack <n>', 'with a queue: so many instructions in one job, where they are tiny', whole(1)),
      read(
        '--halt <rule>',
        'never, or when and why to end early: soon,fail=1  now,success=3  soon,done=10%',
        parseHalt,
      ),
      read('--retries <n>', 'so many more attempts after a crash, out of memory or a timeout', whole(0)),
      read(
        '--backoff <range>',
        'wait before another attempt: doubles within the range, as in 200ms..30s',
        parseDurations,
      ),
      read('--retry-on <codes>', 'repeat other failures as well, as in threw', codes),
      read('--timeout <limit>', 'of the work: 30s, or 200% of the median so far', timeout),
      read('--queue-timeout <time>', 'cancel what has not begun after so long', parseDuration),
      read('--grace <time>', 'between asking a worker to stop and terminating it', parseDuration),
      read(
        '--start-timeout <time>',
        'a worker that is not ready after so long has failed to start',
        parseDuration,
      ),
    ],
    'To go on later': [
      new Option('--journal <file>', 'write down what begins and how it ends'),
      new Option('--resume', 'skip what the journal has as done or failed; append with >>'),
      new Option('--resume-failed', 'the same, but run what failed again'),
      new Option('--retry-failed', 'run nothing but what failed'),
      new Option('--journal-repair', 'leave out lines that were damaged; what they say of is run again'),
      new Option('--force-lock', 'write the journal though a lock says that another process does'),
    ],
    'What may start': [
      read(
        '--max-memory <size>',
        "the sum of what runs takes at most so much: 8G, or 75% of the machine's memory",
        sizeOrPercent,
      ),
      read('--task-memory <size>', 'what an instruction takes that does not say', parseSize),
      read(
        '--memfree <size>',
        'start nothing while less memory is free; below half of it, the youngest waits again',
        parseSize,
      ),
      read('--load <percent>', 'start nothing while the machine is busier', percent),
      read('--delay <time>', 'at least so long between two starts', parseDuration),
      read('--rate <rate>', 'at most so many starts: 100/s, 30/m', parseRate),
      read(
        '--at-most <n>',
        'at most so many at once with the same value of the attribute of --per',
        whole(1),
      ),
      new Option('--per <attribute>', '--at-most and --rate hold for each of its values'),
      repeatable(
        '--resource <name=parts>',
        'what there is: licence=3, or gpu=0,1 by name; work is told which it has',
      ),
      repeatable('--needs <name=n>', 'how much of a resource an instruction takes that does not say'),
      repeatable('--exclusive <attribute>', 'never two at once with the same value of this attribute'),
      choice('--order <order>', 'who starts first', ['longest', 'priority', 'deadline', 'shuffle']),
    ],
    Output: [
      new Option('-k, --keep-order', 'reports in the order of the input'),
      new Option('--interim', 'interim reports as well'),
      new Option('--failures <file>', 'write failed instructions, to be given again'),
      new Option('--joblog <file>', "write a job log in GNU parallel's columns; +FILE appends"),
      new Option('--results <dir>', 'write DIR/<key or id>.json for each final report'),
      new Option('--events <file>', 'write what happens, an event as JSON on each line'),
      new Option(
        '--trace <file>',
        'write a trace that Perfetto and chrome://tracing open; FILE.gz is zipped',
      ),
      new Option('--trace-flows', 'in the trace, an arrow from where each is accepted to where it starts'),
      new Option('--report <file>', 'write the run as an HTML file, to be looked at later'),
    ],
    'In the browser': [
      new Option('--dashboard', 'a page that shows the run and controls it; its address is printed'),
      read('--port <n>', 'where the page is served; by default any that is free', whole(0)),
      new Option('--host <address>', 'other than 127.0.0.1: seen from other machines, without controls'),
      repeatable('--allowed-host <name>', 'another name under which the page may be asked for'),
      new Option('--readonly', 'the page has no controls'),
      new Option('--remote-control', 'with --host, controls from other machines too'),
      new Option('--open', 'open the page in a browser'),
      read(
        '--linger <time>',
        'how long the page stays after the end; with --open, until Ctrl-C',
        parseDuration,
      ),
    ],
    'For people, on stderr': [
      choice('--progress <view>', 'how progress is shown', ['auto', 'tty', 'plain', 'json', 'none']).default(
        'auto',
      ),
      new Option('-q, --quiet', 'no progress and no summary'),
      new Option('--json', 'events as NDJSON instead of text (--progress json)'),
      choice('--color <when>', 'colours', ['auto', 'always', 'never']).default('auto'),
      new Option('--ascii', 'no symbols beyond ASCII'),
      read('--interval <time>', 'between two lines of plain progress', parseDuration).default(10_000, '10s'),
      new Option('--no-summary', 'no summary'),
      new Option('--tag', "what workers print carries the instruction's name"),
      new Option('--line-buffer', 'what workers print comes line by line, not grouped by instruction'),
    ],
  }
}

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

// -- kinds of options --------------------------------------------------------------------------------------------------

/** A value that is read by one of our own grammars. */
function read(flags: string, description: string, parse: (text: string) => unknown): Option {
  const option = new Option(flags, description)
  return option.argParser(text => {
    try {
      return parse(text)
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(`${option.long}: ${error.message}`)
      throw error
    }
  })
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description} (repeatable)`).argParser(
    (text: string, before: string[] | undefined) => [...(before ?? []), text],
  )
}

const choice = (flags: string, description: string, choices: readonly string[]): Option =>
  new Option(flags, description).choices(choices)

const whole = (least: number) => (text: string) => {
  const n = Number(text)
  if (text.trim() === '' || !Number.isInteger(n) || n < least)
    throw new UsageError(`'${text}' is not a whole number of at least ${least}`)
  return n
}

function timeout(text: string): { ms: number } | { ofMedian: number } {
  const ofMedian = parsePercent(text)
  return ofMedian === undefined ? { ms: parseDuration(text) } : { ofMedian }
}

function sizeOrPercent(text: string): { bytes: number } | { fraction: number } {
  const fraction = parsePercent(text)
  if (fraction !== undefined && fraction > 1) throw new UsageError(`'${text}' is more than all`)
  return fraction === undefined ? { bytes: parseSize(text) } : { fraction }
}

/** A line is a text, and Node has none that is longer. */
const longestText = 512 * 2 ** 20 - 24

function lineSize(text: string): number {
  const bytes = parseSize(text)
  if (bytes <= 512 * 2 ** 20) return Math.min(bytes, longestText)
  throw new UsageError(`'${text}' is more than a text of JavaScript can hold: give 512M at most`)
}

function percent(text: string): number {
  const fraction = parsePercent(text)
  if (fraction === undefined) throw new UsageError(`'${text}' is not a percentage: give a unit, as in 80%`)
  return fraction
}

const failureCodes = ['threw', 'refused', 'crashed', 'outOfMemory', 'timeout', 'unserialisable'] as const

function codes(text: string): readonly string[] {
  const named = text.split(',')
  const unknown = named.find(code => !(failureCodes as readonly string[]).includes(code))
  if (unknown !== undefined)
    throw new UsageError(`'${unknown}' is not a code of a failure: give some of ${failureCodes.join(', ')}`)
  return named
}
