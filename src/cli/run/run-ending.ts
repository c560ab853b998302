/**
 * How a run ends before its input does, and with which exit code.
 *
 *     --halt reached ──► halted        a signal, the page, a full disk ──► finishing ──► stopping
 *
 * Whatever it is: no more is read; what runs is heard out, or stopped.
 */

import type { AnyWorker, Boss } from '../../index.ts'
import { exitCodeOfFailures, exitCodes, RunError } from '../exit-codes.ts'
import { isReached } from '../halt.ts'
import { readerIsGone } from '../output/print.ts'
import type { Standing } from '../progress/standing.ts'
import type { RunCommandOptions } from '../run-options.ts'
import { failures, failuresInAll, type Tally } from '../tally.ts'

export interface RunEndingTerms {
  readonly boss: Boss<AnyWorker>
  readonly options: Pick<RunCommandOptions, 'halt' | 'drain'>
  readonly tally: Tally
  readonly total: () => Standing['total']
  /** Reads no more. */
  readonly stopReading: () => void
  readonly say: (text: string) => void
}

export class RunEnding {
  readonly #terms: RunEndingTerms
  #phase: Standing['phase'] = 'running'
  #closedPipe = false
  #contented = false
  #fatal: RunError | undefined
  /** Somebody ended the run in the browser. */
  inPage = false
  /** All inputs have been read to their ends. */
  readAll = false

  constructor(terms: RunEndingTerms) {
    this.#terms = terms
  }

  get phase(): Standing['phase'] {
    return this.#phase
  }

  /** After each record that may have reached `--halt`. */
  consider(): void {
    const { boss, options, tally, total, say } = this.#terms
    if (options.halt === undefined || this.#phase !== 'running') return
    const records = total()
    if (!isReached(options.halt, tally, records?.guessed ? undefined : records?.records)) return
    this.#contented = options.halt.why === 'success'
    this.#phase = 'halted'
    say(`halted: ${tally.done} done, ${failures(tally)} failed`)
    this.#terms.stopReading()
    if (options.halt.when === 'soon') void boss.stop()
    else void boss.stopThemWorking()
  }

  /** Asked to end: what runs is heard out. */
  finish(): void {
    const { running } = this.#terms.boss.state.counts
    this.#terms.say(`finishing ${running} running; again to stop now`)
    this.#hearOut()
    const { drain } = this.#terms.options
    if (drain !== undefined) setTimeout(() => this.stopNow(), drain).unref()
  }

  stopNow(): void {
    this.#phase = 'stopping'
    this.#terms.stopReading()
    void this.#terms.boss.stopThemWorking()
  }

  /** Nobody at this terminal has asked for it, so it is said. */
  changedInPage({ intake }: { readonly intake: string }): void {
    if (intake !== 'closed' || this.inPage) return
    this.inPage = true
    this.#phase = 'finishing'
    this.#terms.say("ended from the dashboard's page: no more is read")
    this.#terms.stopReading()
  }

  cannotWrite(name: string, error: NodeJS.ErrnoException): void {
    if (name === 'stdout' && readerIsGone(error)) {
      this.#closedPipe = true
      return this.stopNow()
    }
    this.failed(new RunError(`Cannot write ${name}: ${error.code ?? error.message}`, { cause: error }))
    this.#hearOut()
  }

  /** The first error is the one that is told. */
  failed(error: unknown): void {
    this.#fatal ??=
      error instanceof RunError ? error : new RunError((error as Error).message, { cause: error })
  }

  /** Ended in the page before all was read, or something was taken out of it there. */
  get cutShort(): boolean {
    const { cancelled } = this.#terms.tally
    if (this.inPage) return !this.readAll || cancelled > 0
    return cancelled > 0 && this.#phase === 'running'
  }

  /** @param ofSignal  of the signal that asked it to end, if one did. @throws {RunError} what kept it from going on */
  exitCode(ofSignal: number | undefined): number {
    if (this.#fatal !== undefined) throw this.#fatal
    if (this.#closedPipe) return exitCodes.closedPipe
    if (ofSignal !== undefined) return ofSignal
    if (this.#contented) return exitCodes.fine
    const code = exitCodeOfFailures(failuresInAll(this.#terms.tally))
    return code === exitCodes.fine && this.cutShort ? exitCodes.cannotGoOn : code
  }

  #hearOut(): void {
    this.#phase = 'finishing'
    this.#terms.stopReading()
    void this.#terms.boss.stop()
  }
}
