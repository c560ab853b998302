/** taylorism's two ways to run everything with one call: `runAsServer` and `batchMain`. */

import { explainFailure } from '../words/failure.ts'
import type { Settled } from '../words/report.ts'
import type { SetOf } from '../worker/instruction-set.ts'
import type { AnyWorker, InstructionOf, ResultOf } from '../worker/worker.ts'
import { Boss } from './boss.ts'
import type { FinalReport } from './boss-state.ts'
import type { BossOptions } from './options.ts'

/** What {@link runAsServer} takes: the options of a Boss, and a first set of instructions. */
export type ServerOptions<D extends AnyWorker> = BossOptions<D> & SetOf<InstructionOf<D>>

/**
 * Hires a boss, gives it the instructions, makes them work, and returns him, still open for more.
 *
 * @throws {RxbossError | TypeError} what making the boss and giving the set may throw
 *
 * @example
 * const boss = runAsServer({ workers: [sleep], individual: { sleepingTime: [0.1, 0.2] } })
 * const { reports } = await boss.waitTillFinished()
 */
export function runAsServer<D extends AnyWorker>({
  common,
  individual,
  ...options
}: ServerOptions<D>): Boss<D> {
  const boss = new Boss<D>(options as BossOptions<D>)
  const set = { ...(common !== undefined && { common }), ...(individual !== undefined && { individual }) }
  if (common !== undefined || individual !== undefined) boss.setInstructions(set as SetOf<InstructionOf<D>>)
  boss.makeThemWork()
  return boss
}

/** What {@link batchMain} takes: the same, and how a report is printed. */
export type BatchOptions<D extends AnyWorker> = ServerOptions<D> & {
  /** Prints one report. Default: its name, then its result, on stdout. */
  readonly printReport?: (report: Settled<ResultOf<D>>) => void
}

/**
 * Runs all instructions to the end, prints each report under its name, and returns the final report. An error on the way
 * stops everybody right now and is thrown on.
 *
 * @example
 * await batchMain({ workers: [digest], individual: { path: ['a.txt', 'b.txt'] } })
 */
export async function batchMain<D extends AnyWorker>({
  printReport = print,
  ...options
}: BatchOptions<D>): Promise<FinalReport<D>> {
  await using boss = runAsServer<D>(options as unknown as ServerOptions<D>)
  const report = await boss.waitTillFinished()
  for (const one of report.reports) printReport(one)
  return report
}

function print(report: Settled): void {
  const text =
    report.kind === 'done'
      ? show(report.result)
      : report.kind === 'failed'
        ? explainFailure(report.failure)
        : `cancelled: ${show(report.reason)}`
  // biome-ignore lint/suspicious/noConsole: printing is what it was called for
  console.log(`${report.name}\n${text}\n`)
}

const show = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? String(value))
