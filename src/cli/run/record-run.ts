/** A run over records: who is told of what, and when. */

import { firstValueFrom } from 'rxjs'
import type { FileJournal } from '../../entries/journal.ts'
import {
  type AnyWorker,
  type Boss,
  explain,
  type Instruction,
  isSettled,
  type Report,
  RxbossError,
  type Settled,
  share,
} from '../../index.ts'
import { Boundary } from '../../inspect/boundary.ts'
import { toJson } from '../../words/to-json.ts'
import type { BlockInput } from '../blocks/block-input.ts'
import type { Hiring } from '../crew-and-scheduler.ts'
import { leaveBehind } from '../exit.ts'
import { RunError } from '../exit-codes.ts'
import { Feeder, type RecordPlace } from '../feeder.ts'
import { BadRecord } from '../input/bad-record.ts'
import type { Inputs } from '../input/open-inputs.ts'
import { Room } from '../input-window.ts'
import { orderWindow } from '../limits.ts'
import { MedianTimeout } from '../median-timeout.ts'
import { putBack } from '../memory-watch.ts'
import type { LineWriter } from '../output/line-writer.ts'
import type { ReportFormat } from '../output/report-format.ts'
import type { SideOutputs } from '../output/side-outputs.ts'
import { Pages } from '../pages.ts'
import type { Screen } from '../progress/screen.ts'
import type { Standing } from '../progress/standing.ts'
import { type RunCommandOptions, resumesRun } from '../run-options.ts'
import { type SignalWatch, watchSignals } from '../signals.ts'
import { addToTally, emptyTally, isLapsed } from '../tally.ts'
import { asRead, givenOf, ownOf } from './as-read.ts'
import { addBlock } from './block-reports.ts'
import { explainStuck } from './explain-stuck.ts'
import { FailedFrom } from './failed-from.ts'
import { lastWords, whyCutShort } from './last-words.ts'
import { postLookouts } from './lookouts.ts'
import { PrintedReports } from './printed-reports.ts'
import { RunEnding } from './run-ending.ts'
import { totalOfInputs } from './total-of-inputs.ts'
import { UnderWay } from './under-way.ts'

export interface RecordRunTerms {
  readonly boss: Boss<AnyWorker>
  readonly inputs: Inputs
  readonly hiring: Hiring
  readonly options: RunCommandOptions
  readonly stdout: LineWriter
  readonly format: ReportFormat
  readonly screen: Screen
  readonly side: SideOutputs
  readonly journal: FileJournal | undefined
  /** Where an instruction is a block of records, whose worker reads them. */
  readonly blocks: BlockInput | undefined
}

export class RecordRun {
  readonly #terms: RecordRunTerms
  readonly #boss: Boss<AnyWorker>
  readonly #feeder: Feeder
  readonly #room: Room
  readonly #side: SideOutputs
  readonly #pages: Pages
  readonly #printed: PrintedReports
  readonly #ending: RunEnding
  readonly #median: MedianTimeout | undefined
  readonly #tally = emptyTally()
  readonly #underWay = new UnderWay()
  readonly #failedFrom: FailedFrom | undefined
  readonly #common: readonly (readonly [string, unknown])[]
  /** Somebody wants to know what an instruction says, once it is settled or while it is under way. */
  readonly #wantsGiven: boolean

  constructor(terms: RecordRunTerms) {
    const { boss, inputs, hiring, options, stdout, format, screen, side, journal } = terms
    this.#terms = terms
    this.#side = side
    this.#boss = boss
    this.#pages = new Pages({
      ...{ boss, options, say: text => screen.say(text) },
      total: () => this.#total()?.records,
      // In the order of the input, a record that was told has no place any more.
      retry: options.keepOrder ? false : (instruction, id) => this.#tryAgain(instruction, id),
    })
    this.#failedFrom = options.dashboard ? new FailedFrom() : undefined
    // Blocks are long, and wait in memory: one more for each worker.
    this.#room = new Room(hiring.jobs, terms.blocks === undefined ? hiring.lookAhead : 2 * hiring.jobs)
    this.#printed = new PrintedReports({
      ...{ stdout, format, inputs: inputs.inputs, journal },
      ...{ keepOrder: options.keepOrder ?? false, interim: options.interim ?? false },
      whenWritten: act => side.whenWritten(act),
    })
    const { timeout } = options
    this.#median =
      timeout !== undefined && 'ofMedian' in timeout ? new MedianTimeout(timeout.ofMedian) : undefined
    this.#common = Object.entries(inputs.common)
    for (const [, value] of this.#common) share(value)
    this.#wantsGiven = screen.wantsPreviews || format.wantsGiven || options.joblog !== undefined
    this.#feeder = new Feeder({
      inputs: inputs.inputs,
      room: () => this.#roomNow(),
      give: (given, place, record) => this.#give(given, place, record),
      refuse: (bad, place) => this.#refuse(bad, 'The record is not an instruction', place),
    })
    this.#ending = new RunEnding({
      ...{ boss, options, tally: this.#tally, total: () => this.#total() },
      stopReading: () => this.#feeder.stop(),
      say: text => screen.say(text),
    })
    const relief = () => this.#wake()
    stdout.onRelief = relief
    stdout.onBroken = error => this.#ending.cannotWrite('stdout', error)
    screen.onRelief = relief
    side.onRelief = relief
  }

  /** @returns the exit code. @throws {RunError} what kept it from going on */
  async run(): Promise<number> {
    const { screen, hiring, options } = this.#terms
    if (hiring.unlimited) screen.say(`as many at once as help: at most ${hiring.jobs}`)
    const signals = this.#watchSignals()
    this.#showEvents()
    await this.#pages.open()
    this.#side.begin(resumesRun(options))
    this.#recordEvents()
    this.#boss.reports$.subscribe(report => this.#reported(report))
    screen.begin(
      this.#boss,
      () => this.#standing(),
      id => this.#underWay.previewOf(id),
    )
    this.#boss.makeThemWork()
    const say = (text: string) => screen.say(text)
    const lookouts = postLookouts({ boss: this.#boss, hiring, options, room: this.#room, say })
    if (options.explain) explainStuck(this.#boss, say)
    try {
      this.#ending.readAll = await this.#feeder.feed()
    } catch (error) {
      this.#ending.failed(error)
    }
    // What is put back is given again, so the intake stays open until all is settled.
    if (lookouts.putBack) await this.#underWay.emptied()
    this.#boss.end()
    await firstValueFrom(this.#boss.exit$)
    lookouts.end()
    return this.#close(signals)
  }

  async #close(signals: SignalWatch): Promise<number> {
    const { screen, options } = this.#terms
    const final = await this.#boss.getReport()
    if (final.status === 'failed' && final.failure !== undefined)
      this.#ending.failed(new RunError(explain(final.failure)))
    await this.#printed.end()
    await this.#side.close()
    const known = { ending: this.#ending, tally: this.#tally, total: this.#total(), options }
    const why = whyCutShort(known)
    if (why !== undefined) screen.say(why)
    screen.summarise(this.#standing(), [...lastWords(known), ...this.#side.files, ...this.#pages.files])
    const { exitCode } = signals
    await this.#pages.close()
    return this.#ending.exitCode(exitCode)
  }

  #watchSignals(): SignalWatch {
    const { screen } = this.#terms
    return watchSignals({
      soon: () => {
        if (!this.#pages.leave()) this.#ending.finish()
      },
      now: () => {
        if (this.#pages.leave()) return
        screen.say('stopping; again to end at once')
        this.#ending.stopNow()
      },
      tell: () => this.#tell(),
      paused: () => screen.makeWay(),
    })
  }

  /** What comes with every instruction is worth its price only where it is shown. */
  #showEvents(): void {
    const { screen } = this.#terms
    const events$ = screen.wantsAll ? this.#boss.inspect$ : this.#boss.notices$
    const shown = new Boundary({ view: 'the view in the terminal' })
    events$.subscribe(event => {
      shown.run(() => screen.happened(event))
      if (event.type === 'worker.exit' && event.stuck) leaveBehind(1)
      if (event.type === 'boss.phase' && event.by === 'web') this.#ending.changedInPage(event)
    })
  }

  #recordEvents(): void {
    if (!this.#side.hearsEvents) return
    const { screen } = this.#terms
    const recorded = new Boundary({ view: 'what is recorded', say: text => screen.say(text) })
    this.#boss.inspect$.subscribe(recorded.guard(event => this.#side.happened(event)))
  }

  // -- records ---------------------------------------------------------------------------------------------------------

  #roomNow(): number {
    const { stdout, screen, hiring, options } = this.#terms
    if (stdout.pressed || this.#side.pressed || screen.pressed) return 0
    // A limit that is learnt from the first ones must come before the others are given.
    const learning = this.#median !== undefined && this.#median.limit === undefined
    const left = learning ? hiring.jobs - this.#room.inFlight : this.#room.left
    return options.keepOrder ? Math.min(left, orderWindow - this.#printed.held) : left
  }

  #wake(): void {
    if (this.#feeder.waiting && this.#roomNow() > 0) this.#feeder.wake()
  }

  #give(given: Record<string, unknown>, place: RecordPlace, record: unknown): void {
    const text = this.#side.keepsGiven ? this.#asRead(given, place, record) : undefined
    // A name that comes as data is no template.
    if (typeof given.name === 'string') given.name = given.name.replaceAll('[', '[[')
    for (const [name, value] of this.#common) if (given[name] === undefined) given[name] = value
    const limit = this.#median?.limit
    if (limit !== undefined) given.timeout ??= limit
    let id: number
    try {
      id = this.#boss.give(given as never)
    } catch (error) {
      if (!(error instanceof RxbossError)) throw error
      // It ended by itself, and says why when it exits.
      if (this.#boss.state.intake === 'closed') return this.#feeder.stop()
      const { why, remedy, what } = error.failure
      this.#side.refused(text ?? toJson(given))
      const words = typeof record === 'string' ? record : toJson(ownOf(given, record))
      return this.#refuse(new BadRecord(why, words, remedy), what, place)
    }
    if (this.#terms.blocks === undefined) this.#tally.records++
    this.#room.taken()
    this.#printed.expect(place)
    this.#underWay.put(id, place, {
      given: this.#wantsGiven ? given : undefined,
      key: this.#side.keepsResults && typeof given.key === 'string' ? given.key : undefined,
      text,
    })
  }

  #asRead(given: Record<string, unknown>, { input }: RecordPlace, record: unknown): string | undefined {
    return asRead(given, record, {
      isJson: this.#terms.inputs.inputs[input]?.isNdjson === true,
      resumes: resumesRun(this.#terms.options),
      common: this.#common,
    })
  }

  /** A record that was not taken is reported like any other that failed. */
  #refuse(bad: BadRecord, what: string, place: RecordPlace): void {
    this.#tally.records++
    this.#tally.refused++
    this.#printed.expect(place)
    this.#printed.refused(bad, what, place)
    const failure = { code: 'refused', what, why: bad.why, remedy: bad.remedy } as const
    const name = `line ${place.line}`
    this.#terms.screen.failed(failure, { id: -1, name })
    this.#pages.refused(name, failure)
    this.#ending.consider()
  }

  // -- reports ---------------------------------------------------------------------------------------------------------

  #reported(report: Report): void {
    if (!isSettled(report)) {
      this.#terms.screen.noted(report)
      const place = this.#underWay.placeOf(report.id)
      if (place !== undefined) this.#printed.interim(report, place)
      return
    }
    const place = this.#underWay.take(report.id)
    if (place === undefined) return
    this.#room.settled()
    if (report.kind === 'cancelled' && report.reason === putBack && this.#boss.state.intake === 'open') {
      this.#giveAgain(report, place)
      return
    }
    if (report.recorded) this.#recorded(report, place)
    else this.#print(report, place)
    if (this.#feeder.waiting && this.#room.worthwhile) this.#wake()
  }

  /** An earlier life of this run has settled it, and printed it, as far as is known. */
  #recorded(report: Settled, place: RecordPlace): void {
    const { id } = report
    this.#tally.recorded++
    if (report.kind === 'failed') this.#tally.recordedFailed++
    if (this.#terms.journal?.wasTold(id) === false) {
      this.#tellOf(report, place)
      return
    }
    this.#printed.passed(place)
    this.#side.recorded(report, { given: () => this.#underWay.textOf(id) ?? givenOf(report) })
    this.#underWay.forget(id)
  }

  #print(report: Settled, place: RecordPlace): void {
    this.#count(report, place)
    this.#tellOf(report, place)
    this.#terms.screen.settled(report)
    this.#ending.consider()
  }

  #tellOf(report: Settled, place: RecordPlace): void {
    const { id } = report
    const [reports, underWay] = [this.#printed, this.#underWay]
    const given = underWay.givenOf(id)
    reports.settled(report, place, given)
    this.#side.settled(report, {
      ...{ line: place.line, key: underWay.keyOf(id), title: given?.title },
      get printed() {
        return reports.asLine(report, place)
      },
      given: () => underWay.textOf(id) ?? givenOf(report),
    })
    this.#underWay.forget(id)
  }

  #count(report: Settled, place: RecordPlace): void {
    const { screen, blocks } = this.#terms
    if (blocks !== undefined) return this.#countBlock(report, place, blocks)
    addToTally(this.#tally, report)
    if (report.kind === 'done') this.#median?.done(report.workMs)
    else if (report.kind === 'failed') {
      this.#failedFrom?.put(report.id, place)
      screen.failed(report.failure, exampleOf(report, place))
    } else if (isLapsed(report)) screen.failed(waitedTooLong(report), exampleOf(report, place))
  }

  #countBlock(report: Settled, place: RecordPlace, blocks: BlockInput): void {
    const before = this.#tally.records
    for (const { text, failure, name } of addBlock(this.#tally, report)) {
      if (text !== undefined) this.#side.refused(text)
      this.#terms.screen.failed(failure, { id: -1, name })
    }
    blocks.settled(this.#tally.records - before, place.record)
  }

  /** Somebody wants it in the page: its record has another line in the end, and counts as that says. */
  #tryAgain(instruction: Instruction, before: number): void {
    const id = this.#boss.give(instruction as never)
    const place = this.#failedFrom?.take(before)
    if (place === undefined) return
    this.#tally.failed--
    this.#room.taken()
    this.#underWay.put(id, place, {})
  }

  /** Under its old number. This is no retry: nothing went wrong with it. */
  #giveAgain({ id: before, instruction }: Cancelled, place: RecordPlace): void {
    const id = this.#boss.give(instruction as never)
    this.#room.taken()
    this.#underWay.again(before, id, place)
  }

  // -- while it runs ---------------------------------------------------------------------------------------------------

  #standing(): Standing {
    return {
      ...{ tally: this.#tally, total: this.#total() },
      ...{ inFlight: this.#underWay.count, phase: this.#ending.phase },
    }
  }

  #total(): Standing['total'] {
    const { options, inputs } = this.#terms
    if (options.total !== undefined) return { records: options.total, guessed: false }
    return totalOfInputs(inputs.inputs)
  }

  #tell(): void {
    const { phase, pump, intake, counts, workers } = this.#boss.state
    const lanes = workers.map(({ workerId, state }) => `${workerId} ${state}`).join(', ')
    this.#terms.screen.say(`${phase}, intake ${intake}, pump ${pump}; ${toJson(counts)}; ${lanes}`)
    const url = this.#pages.newUrl()
    if (url !== undefined) this.#terms.screen.say(`dashboard, for another browser: ${url}`)
  }
}

type Cancelled = Extract<Settled, { kind: 'cancelled' }>

const exampleOf = ({ id, name }: Settled, { line }: RecordPlace) => ({ id, name: `${name} (line ${line})` })

const waitedTooLong = ({ name, reason }: Cancelled) => ({
  code: 'timeout' as const,
  what: `"${name}" was not begun`,
  why: String(reason),
  remedy: 'Raise --queue-timeout, or use more workers',
})
