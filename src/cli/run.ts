/**
 * `rxboss run`: records in, reports out.
 *
 *     inputs ──► feeder ──► boss ──► reports ──► stdout (in input order, if wanted)
 *        ▲                              └──────► screen, failures, joblog, results
 *        └── waits for room in the boss, and for whoever reads what is written
 */

import { openBlocks } from './blocks/open-blocks.ts'
import { hireFor } from './crew-and-scheduler.ts'
import { dryRun } from './dry-run.ts'
import { commandLine } from './input/command-line.ts'
import { openInputs } from './input/open-inputs.ts'
import { mustBeKnown } from './known-names.ts'
import { loadWorkers } from './load-workers.ts'
import { makeBoss } from './make-boss.ts'
import { openJournal, orRunError } from './open-journal.ts'
import { stdoutEndsTorn } from './output/ends-torn.ts'
import { LineWriter } from './output/line-writer.ts'
import { refuseOverlaps } from './output/refuse-overlaps.ts'
import { formatNameOf, reportFormat } from './output/report-format.ts'
import { SideOutputs } from './output/side-outputs.ts'
import { mustBeForDashboard } from './pages.ts'
import { Screen } from './progress/screen.ts'
import { blockFormat } from './run/block-reports.ts'
import { RecordRun } from './run/record-run.ts'
import { type RunCommandOptions, resumesRun } from './run-options.ts'
import { takeStandardStreams } from './standard-streams.ts'
import { setSurroundings } from './surroundings.ts'

/** @returns the exit code. @throws {UsageError | RunError} what keeps it from starting */
export async function run(target: string, options: RunCommandOptions): Promise<number> {
  // Idle threads keep no process alive, and neither does waiting for them.
  const alive = setInterval(() => {}, 2 ** 30)
  const screen = new Screen(options)
  const torn = resumesRun(options) && stdoutEndsTorn()
  const own = takeStandardStreams(text => screen.printed(text))
  const stdout = new LineWriter('stdout', own)
  if (own.isTTY) stdout.onWrite = () => screen.makeWay()
  let letGo = () => {}
  try {
    mustBeForDashboard(options)
    refuseOverlaps(target, options)
    setSurroundings(options)
    const workers = await loadWorkers(target, options)
    const isLine = commandLine(options, workers) !== undefined
    mustBeKnown(options, workers, isLine)
    const blocks = await openBlocks(options, workers)
    const ofRecords = blocks !== undefined && !isLine
    const format = ofRecords
      ? blockFormat(formatNameOf({ ...options, isLine }) === 'ndjson' && options.print === undefined)
      : reportFormat({ ...options, isLine }, workers)
    const inputs =
      blocks === undefined
        ? await openInputs({ ...options, output: outputOf(options, isLine) }, workers, text =>
            screen.say(text),
          )
        : { inputs: [blocks.input], common: {} }
    const hiring = await hireFor(options, workers)
    if (options.dryRun) return await dryRun(makeBoss(workers, options, hiring), inputs, { screen, stdout })
    const journal = openJournal(options, text => screen.say(text))
    await journal?.ready()
    if (journal !== undefined) letGo = journal.hold()
    const side = new SideOutputs(options, text => screen.tell(text))
    const boss = orRunError(() => makeBoss(blocks?.workers ?? workers, options, { ...hiring, journal }))
    if (torn) stdout.line('\n')
    return await new RecordRun({
      boss,
      inputs,
      hiring,
      options,
      stdout,
      format,
      screen,
      side,
      journal,
      blocks: ofRecords ? blocks.input : undefined,
    }).run()
  } finally {
    letGo()
    clearInterval(alive)
    await screen.end()
  }
}

/** How commands of `shell` tell what they write: as a note, where it is printed as it is. */
function outputOf(options: RunCommandOptions, isLine: boolean): 'whole' | 'lines' | undefined {
  if (options.print !== undefined || formatNameOf({ ...options, isLine }) !== 'text') return undefined
  return options.lineBuffer ? 'lines' : 'whole'
}
