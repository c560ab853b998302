/**
 * `rxboss run`: records in, reports out.
 *
 *     inputs ──► feeder ──► boss ──► reports ──► stdout (in input order, if wanted)
 *        ▲                              └──────► screen, failures, joblog, results
 *        └── waits for room in the boss, and for whoever reads what is written
 */

import { freemem } from 'node:os'

import { firstValueFrom } from 'rxjs'

import {
  type AnyWorker,
  type Boss,
  explain,
  type Instruction,
  isSettled,
  maxThreads,
  type Report,
  RxbossError,
  type Settled,
  share,
} from '../index.ts'
import { Boundary } from '../inspect/boundary.ts'
import { toJson } from '../words/to-json.ts'
import { type Hiring, hireFor } from './crew-and-scheduler.ts'
import { dryRun } from './dry-run.ts'
import { leaveBehind } from './exit.ts'
import { exitCodeOfFailures, exitCodes, RunError } from './exit-codes.ts'
import { Feeder, type RecordPlace } from './feeder.ts'
import { GrowingJobs } from './growing-jobs.ts'
import { isReached } from './halt.ts'
import { BadRecord } from './input/bad-record.ts'
import { type Inputs, openInputs } from './input/open-inputs.ts'
import { Room } from './input-window.ts'
import { mustBeKnown } from './known-names.ts'
import { loadWorkers } from './load-workers.ts'
import { makeBoss } from './make-boss.ts'
import { MedianTimeout } from './median-timeout.ts'
import { lookEveryMs, relieve } from './memory-watch.ts'
import { openJournal, orRunError } from './open-journal.ts'
import { Slips } from './origins.ts'
import { stdoutEndsTorn } from './output/ends-torn.ts'
import { givenAsRead } from './output/given-as-read.ts'
import { InInputOrder } from './output/in-input-order.ts'
import { LineWriter } from './output/line-writer.ts'
import { readerIsGone } from './output/print.ts'
import { refuseOverlaps } from './output/refuse-overlaps.ts'
import { refusalLine, reportLine } from './output/report-line.ts'
import { SideOutputs } from './output/side-outputs.ts'
import { mustBeForDashboard, Pages } from './pages.ts'
import { recordPreview } from './progress/record-preview.ts'
import { Screen } from './progress/screen.ts'
import type { Standing } from './progress/standing.ts'
import type { RunCommandOptions } from './run-options.ts'
import { watchSignals } from './signals.ts'
import { takeStandardStreams } from './standard-streams.ts'
import { emptyTally, failures, failuresInAll, settledRecords } from './tally.ts'

/** With `--keep-order`, so many records may be finished or at work behind the first unfinished one. */
const orderWindow = 4096
/** So many failed ones can be tried again from the page. */
const mostRemembered = 1000

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
    const workers = await loadWorkers(target)
    mustBeKnown(options, workers)
    const inputs = await openInputs(options, workers, text => screen.say(text))
    const hiring = await hireFor(options)
    if (options.dryRun) return await dryRun(makeBoss(workers, options, hiring), inputs, screen)
    const journal = openJournal(options, text => screen.say(text))
    await journal?.ready()
    if (journal !== undefined) letGo = journal.hold()
    const side = new SideOutputs(options, text => screen.tell(text))
    const boss = orRunError(() => makeBoss(workers, options, { ...hiring, journal }))
    if (torn) stdout.line('\n')
    return await new Run({ boss, inputs, hiring, options, stdout, screen, side, journal }).run()
  } finally {
    letGo()
    clearInterval(alive)
    await screen.end()
  }
}

interface Terms {
  readonly boss: Boss<AnyWorker>
  readonly inputs: Inputs
  readonly hiring: Hiring
  readonly options: RunCommandOptions
  readonly stdout: LineWriter
  readonly screen: Screen
  readonly side: SideOutputs
  readonly journal: ReturnType<typeof openJournal>
}

class Run {
  readonly #terms: Terms
  readonly #boss: Boss<AnyWorker>
  readonly #feeder: Feeder
  readonly #room: Room
  readonly #side: SideOutputs
  readonly #pages: Pages
  readonly #order: InInputOrder | undefined
  readonly #median: MedianTimeout | undefined
  readonly #tally = emptyTally()
  readonly #slips = new Slips()
  /** Where the last failed ones came from: they may be tried again. */
  readonly #failedFrom = new Map<number, RecordPlace>()
  /** What is under way, where it is shown. */
  readonly #given = new Map<number, Readonly<Record<string, unknown>>>()
  /** Keys of instructions under way, where results are named by them. */
  readonly #keys = new Map<number, string>()
  /** Instructions under way as they were read, where those that fail are kept. */
  readonly #texts = new Map<number, string>()
  /** Ids of records whose final lines are on their way to stdout, where there is a journal to tell. */
  readonly #printing: Map<number, number> | undefined
  readonly #common: readonly (readonly [string, unknown])[]
  #phase: Standing['phase'] = 'running'
  #closedPipe = false
  #contented = false
  /** Somebody ended the run in the browser. */
  #endedInPage = false
  #readAll = false
  #fatal: RunError | undefined
  #emptied: (() => void) | undefined

  constructor(terms: Terms) {
    const { boss, inputs, hiring, options, stdout, screen, side, journal } = terms
    this.#terms = terms
    this.#side = side
    this.#boss = boss
    this.#pages = new Pages({
      ...{ boss, options, say: text => screen.say(text) },
      total: () => this.#total()?.records,
      // In the order of the input, a record that was told has no place any more.
      retry: options.keepOrder ? false : (instruction, id) => this.#tryAgain(instruction, id),
    })
    this.#room = new Room(hiring.jobs, hiring.lookAhead)
    this.#order = options.keepOrder
      ? new InInputOrder((lines, record, settled) => this.#put(lines, record, settled))
      : undefined
    const { timeout } = options
    this.#median =
      timeout !== undefined && 'ofMedian' in timeout ? new MedianTimeout(timeout.ofMedian) : undefined
    this.#common = Object.entries({
      ...(options.name !== undefined && { name: options.name }),
      ...inputs.common,
    })
    for (const [, value] of this.#common) share(value)
    this.#feeder = new Feeder({
      inputs: inputs.inputs,
      room: () => this.#roomNow(),
      give: (given, place, record) => this.#give(given, place, record),
      refuse: (bad, place) => this.#refuse(bad, 'The record is not an instruction', place),
    })
    const relief = () => this.#wake()
    stdout.onRelief = relief
    stdout.onBroken = error => this.#cannotWrite('stdout', error)
    screen.onRelief = relief
    side.onRelief = relief
    this.#printing = journal === undefined ? undefined : new Map()
    if (journal !== undefined) stdout.onWritten = ids => side.whenWritten(() => journal.told(ids))
  }

  async run(): Promise<number> {
    const { screen, hiring } = this.#terms
    if (hiring.unlimited) screen.say(`as many at once as help: at most ${hiring.jobs}`)
    const signals = watchSignals({
      soon: () => {
        if (!this.#pages.leave()) this.#finish()
      },
      now: () => {
        if (this.#pages.leave()) return
        screen.say('stopping; again to end at once')
        this.#stopNow()
      },
      tell: () => this.#tell(),
      paused: () => screen.makeWay(),
    })
    // What comes with every instruction is worth its price only where it is shown.
    const events$ = screen.wantsAll ? this.#boss.inspect$ : this.#boss.notices$
    const shown = new Boundary({ view: 'the view in the terminal' })
    events$.subscribe(event => {
      shown.run(() => screen.happened(event))
      if (event.type === 'worker.exit' && event.stuck) leaveBehind(1)
      if (event.type === 'boss.phase' && event.by === 'web') this.#changedInPage(event)
    })
    await this.#pages.open()
    this.#side.begin(resumesRun(this.#terms.options))
    const recorded = new Boundary({ view: 'what is recorded', say: text => screen.say(text) })
    if (this.#side.hearsEvents)
      this.#boss.inspect$.subscribe(recorded.guard(event => this.#side.happened(event)))
    this.#boss.reports$.subscribe(report => this.#reported(report))
    screen.begin(
      this.#boss,
      () => this.#standing(),
      id => this.#previewOf(id),
    )
    this.#boss.makeThemWork()
    const watch = this.#watchMemory()
    const growing = this.#growJobs()
    try {
      this.#readAll = await this.#feeder.feed()
    } catch (error) {
      this.#fail(error instanceof RunError ? error : new RunError((error as Error).message, { cause: error }))
    }
    // What is put back is given again, so the intake stays open until all is settled.
    if (watch !== undefined) await this.#allSettled()
    this.#boss.end()
    await firstValueFrom(this.#boss.exit$)
    clearInterval(watch)
    growing?.end()
    const final = await this.#boss.getReport()
    if (final.status === 'failed' && final.failure !== undefined)
      this.#fatal ??= new RunError(explain(final.failure))
    this.#order?.end()
    await this.#terms.stdout.written()
    await this.#side.close()
    this.#sayWhatIsLeft()
    const files = [...this.#side.files, ...this.#pages.files]
    screen.summarise(this.#standing(), [...this.#whatIsLeft(), ...this.#notRetried(), ...files])
    const exitCode = signals.exitCode
    await this.#pages.close()
    return this.#exitCode(exitCode)
  }

  #exitCode(ofSignal: number | undefined): number {
    if (this.#fatal !== undefined) throw this.#fatal
    if (this.#closedPipe) return exitCodes.closedPipe
    if (ofSignal !== undefined) return ofSignal
    if (this.#contented) return exitCodes.fine
    const code = exitCodeOfFailures(failuresInAll(this.#tally))
    return code === exitCodes.fine && this.#cutShort ? exitCodes.cannotGoOn : code
  }

  // -- records ---------------------------------------------------------------------------------------------------------

  #roomNow(): number {
    if (this.#terms.stdout.pressed || this.#side.pressed || this.#terms.screen.pressed) return 0
    // A limit that is learnt from the first ones must come before the others are given.
    const learning = this.#median !== undefined && this.#median.limit === undefined
    const left = learning ? this.#terms.hiring.jobs - this.#room.inFlight : this.#room.left
    return this.#order === undefined ? left : Math.min(left, orderWindow - this.#order.held)
  }

  #wake(): void {
    if (this.#feeder.waiting && this.#roomNow() > 0) this.#feeder.wake()
  }

  #give(given: Record<string, unknown>, place: RecordPlace, record: unknown): void {
    const asRead = this.#side.keepsGiven ? this.#asRead(given, place, record) : undefined
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
      this.#side.refused(asRead ?? toJson(given))
      return this.#refuse(
        new BadRecord(why, typeof record === 'string' ? record : toJson(ownOf(given, record)), remedy),
        what,
        place,
      )
    }
    this.#tally.records++
    this.#room.taken()
    this.#order?.expect(place.record)
    this.#slips.put(id, place)
    if (this.#terms.screen.wantsPreviews) this.#given.set(id, given)
    if (this.#side.keepsResults && typeof given.key === 'string') this.#keys.set(id, given.key)
    if (asRead !== undefined) this.#texts.set(id, asRead)
  }

  /** Its bytes, where they were JSON. Of others the words are kept only where an earlier life may have written them. */
  #asRead(given: Record<string, unknown>, { input }: RecordPlace, record: unknown): string | undefined {
    const isJson = this.#terms.inputs.inputs[input]?.isNdjson === true
    if (isJson && typeof record === 'string') return givenAsRead(record, given, this.#common)
    const isChanged = typeof given.name === 'string' && given.name.includes('[')
    return isChanged || resumesRun(this.#terms.options)
      ? toJson({ ...given, ...missing(given, this.#common) })
      : undefined
  }

  /** A record that was not taken is reported like any other that failed. */
  #refuse(bad: BadRecord, what: string, place: RecordPlace): void {
    this.#tally.records++
    this.#tally.refused++
    this.#order?.expect(place.record)
    this.#write(refusalLine(bad, what, this.#origin(place)), place, true)
    const failure = { code: 'refused', what, why: bad.why, remedy: bad.remedy } as const
    const name = `line ${place.line}`
    this.#terms.screen.failed(failure, { id: -1, name })
    this.#pages.refused(name, failure)
    this.#considerHalting()
  }

  // -- reports ---------------------------------------------------------------------------------------------------------

  #reported(report: Report): void {
    if (!isSettled(report)) {
      this.#terms.screen.noted(report)
      const place = this.#slips.get(report.id)
      if (place !== undefined && this.#terms.options.interim) {
        this.#write(reportLine(report, this.#origin(place)), place, false)
      }
      return
    }
    const place = this.#slips.take(report.id)
    if (this.#given.size > 0) this.#given.delete(report.id)
    if (place === undefined) return
    this.#room.settled()
    if (report.kind === 'cancelled' && report.reason === putBack && this.#boss.state.intake === 'open') {
      this.#giveAgain(report, place)
      return
    }
    if (report.recorded) this.#recorded(report, place)
    else this.#print(report, place)
    if (this.#slips.count === 0) this.#emptied?.()
    if (this.#feeder.waiting && this.#room.worthwhile) this.#wake()
  }

  /** An earlier life of this run has settled it, and printed it, as far as is known. */
  #recorded(report: Settled, place: RecordPlace): void {
    this.#tally.recorded++
    if (report.kind === 'failed') this.#tally.recordedFailed++
    if (this.#terms.journal?.wasTold(report.id) === false) {
      this.#tellOf(report, place)
      return
    }
    this.#order?.line(place.record, '', true)
    this.#side.recorded(report, { given: () => this.#texts.get(report.id) ?? givenOf(report) })
    this.#forget(report.id)
  }

  #print(report: Settled, place: RecordPlace): void {
    this.#count(report, place)
    this.#tellOf(report, place)
    this.#terms.screen.settled(report)
    this.#considerHalting()
  }

  #tellOf(report: Settled, place: RecordPlace): void {
    const { id } = report
    const printed = reportLine(report, this.#origin(place))
    this.#printing?.set(place.record, id)
    this.#write(printed, place, true)
    this.#side.settled(report, {
      ...{ line: place.line, key: this.#keys.get(id), printed },
      given: () => this.#texts.get(id) ?? givenOf(report),
    })
    this.#forget(id)
  }

  #forget(id: number): void {
    if (this.#keys.size > 0) this.#keys.delete(id)
    if (this.#texts.size > 0) this.#texts.delete(id)
  }

  #rememberFailed(id: number, place: RecordPlace): void {
    if (!this.#terms.options.dashboard) return
    this.#failedFrom.set(id, place)
    const [oldest] = this.#failedFrom.keys()
    if (this.#failedFrom.size > mostRemembered && oldest !== undefined) this.#failedFrom.delete(oldest)
  }

  /** Somebody wants it in the page: its record has another line in the end, and counts as that says. */
  #tryAgain(instruction: Instruction, before: number): void {
    const id = this.#boss.give(instruction as never)
    const place = this.#failedFrom.get(before)
    this.#failedFrom.delete(before)
    if (place === undefined) return
    this.#tally.failed--
    this.#room.taken()
    this.#slips.put(id, place)
  }

  #allSettled(): Promise<void> {
    if (this.#slips.count === 0) return Promise.resolve()
    return new Promise(resolve => {
      this.#emptied = resolve
    })
  }

  /** Under its old number. This is no retry: nothing went wrong with it. */
  #giveAgain({ id: before, instruction }: Cancelled, place: RecordPlace): void {
    const id = this.#boss.give(instruction as never)
    this.#room.taken()
    this.#slips.put(id, place)
    const [key, text] = [this.#keys.get(before), this.#texts.get(before)]
    if (key !== undefined) this.#keys.set(id, key)
    if (text !== undefined) this.#texts.set(id, text)
    this.#forget(before)
  }

  /** Where there is no limit of the user's, workers are added while they help. */
  #growJobs(): GrowingJobs | undefined {
    const { jobs, withJobs } = this.#terms.hiring
    if (withJobs === undefined) return undefined
    return new GrowingJobs({
      cores: maxThreads().concurrency,
      most: jobs,
      counts: () => this.#boss.state.counts,
      grow: many => this.#boss.reschedule(withJobs(many)),
    })
  }

  /** Below half of `--memfree`, the youngest waits again. */
  #watchMemory(): NodeJS.Timeout | undefined {
    const { memfree } = this.#terms.options
    if (memfree === undefined) return undefined
    const look = async () => {
      const report = await this.#boss.getReport()
      const running = report.status === 'interim' ? report.runningNow : []
      relieve({
        memfree,
        free: () => process.availableMemory?.() ?? freemem(),
        running: () => running,
        putBack: id => {
          if (this.#boss.cancel(id, putBack))
            this.#terms.screen.say('memory is short: the youngest waits again')
        },
      })
    }
    return setInterval(() => void look(), lookEveryMs).unref()
  }

  #count(report: Settled, place: RecordPlace): void {
    const tally = this.#tally
    if ('attempt' in report && report.attempt > 1) tally.retried += report.attempt - 1
    switch (report.kind) {
      case 'done':
        tally.done++
        this.#median?.done(report.workMs)
        return
      case 'failed':
        tally.failed++
        if (report.failure.code === 'threw') tally.threw++
        this.#rememberFailed(report.id, place)
        this.#terms.screen.failed(report.failure, exampleOf(report, place))
        return
      case 'cancelled':
        if (!lapsed(report.reason)) tally.cancelled++
        else {
          tally.lapsed++
          this.#terms.screen.failed(waitedTooLong(report), exampleOf(report, place))
        }
        return
      default:
        return report satisfies never
    }
  }

  #write(line: string, { record }: RecordPlace, settled: boolean): void {
    if (this.#order === undefined) this.#put(line, record, settled)
    else this.#order.line(record, line, settled)
  }

  /** Where there is a journal, it hears which final reports have been written. */
  #put(lines: string, record: number, settled: boolean): void {
    const id = settled ? this.#printing?.get(record) : undefined
    if (id !== undefined) this.#printing?.delete(record)
    this.#terms.stdout.line(lines, id)
  }

  #origin({ line, input }: RecordPlace): { line: number; from?: string } {
    const { inputs } = this.#terms.inputs
    return inputs.length === 1 ? { line } : { line, from: inputs[input]?.name ?? '' }
  }

  // -- ending ----------------------------------------------------------------------------------------------------------

  #considerHalting(): void {
    const { halt } = this.#terms.options
    if (halt === undefined || this.#phase !== 'running') return
    const total = this.#total()
    if (!isReached(halt, this.#tally, total?.guessed ? undefined : total?.records)) return
    this.#contented = halt.why === 'success'
    this.#phase = 'halted'
    this.#terms.screen.say(`halted: ${this.#tally.done} done, ${failures(this.#tally)} failed`)
    this.#feeder.stop()
    if (halt.when === 'soon') void this.#boss.stop()
    else void this.#boss.stopThemWorking()
  }

  /** Asked to end: what runs is heard out. */
  #finish(): void {
    const { running } = this.#boss.state.counts
    this.#phase = 'finishing'
    this.#terms.screen.say(`finishing ${running} running; again to stop now`)
    this.#feeder.stop()
    void this.#boss.stop()
  }

  /** Nobody at this terminal has asked for it, so it is said. */
  #changedInPage({ intake }: { readonly intake: string }): void {
    if (intake !== 'closed' || this.#endedInPage) return
    this.#endedInPage = true
    this.#phase = 'finishing'
    this.#terms.screen.say("ended from the dashboard's page: no more is read")
    this.#feeder.stop()
  }

  /** Ended in the page before all was read, or something was taken out of it there. */
  get #cutShort(): boolean {
    const { cancelled } = this.#tally
    if (this.#endedInPage) return !this.#readAll || cancelled > 0
    return cancelled > 0 && this.#phase === 'running'
  }

  /** Everybody who comes from GNU parallel expects it to be. */
  #notRetried(): readonly string[] {
    const { retries = 0, retryOn = [] } = this.#terms.options
    const { threw } = this.#tally
    if (retries === 0 || threw === 0 || (retryOn as readonly string[]).includes('threw')) return []
    return [
      `${threw} threw, and were not retried: what works wrongly once does so again (else --retry-on threw)`,
    ]
  }

  /** For the summary of a run that was ended before its input did. */
  #whatIsLeft(): readonly string[] {
    if (this.#phase === 'running' || (this.#readAll && this.#tally.cancelled === 0)) return []
    const total = this.#total()
    const left = total === undefined ? undefined : Math.max(0, total.records - settledRecords(this.#tally))
    const about = total?.guessed ? 'about ' : ''
    const resume = this.#terms.options.journal === undefined ? '' : ': go on with --resume'
    return [
      left === undefined
        ? `the rest of the input was not read${resume}`
        : `${about}${left} of ${total?.records} left${resume}`,
    ]
  }

  #sayWhatIsLeft(): void {
    if (!this.#cutShort) return
    const { records, cancelled } = this.#tally
    const total = this.#total()
    const left = total === undefined ? undefined : Math.max(0, total.records - records)
    const unread = this.#readAll
      ? 'all was read'
      : left === undefined
        ? 'the rest was not read'
        : `${total?.guessed ? 'about ' : ''}${left} not read`
    const how = this.#endedInPage ? "ended from the dashboard's page" : 'not all was done'
    this.#terms.screen.say(`${how}: ${records} read, ${cancelled} of them given back or cancelled; ${unread}`)
  }

  #stopNow(): void {
    this.#phase = 'stopping'
    this.#feeder.stop()
    void this.#boss.stopThemWorking()
  }

  #cannotWrite(name: string, error: NodeJS.ErrnoException): void {
    if (name === 'stdout' && readerIsGone(error)) {
      this.#closedPipe = true
      return this.#stopNow()
    }
    this.#fail(new RunError(`Cannot write ${name}: ${error.code ?? error.message}`, { cause: error }))
    this.#phase = 'finishing'
    this.#feeder.stop()
    void this.#boss.stop()
  }

  #fail(error: RunError): void {
    this.#fatal ??= error
  }

  // -- what is known ---------------------------------------------------------------------------------------------------

  #standing(): Standing {
    return { tally: this.#tally, total: this.#total(), inFlight: this.#slips.count, phase: this.#phase }
  }

  #previewOf(id: number): string | undefined {
    const given = this.#given.get(id)
    return given && recordPreview(given)
  }

  #total(): Standing['total'] {
    if (this.#terms.options.total !== undefined) return { records: this.#terms.options.total, guessed: false }
    let records = 0
    let guessed = false
    for (const input of this.#terms.inputs.inputs) {
      const total = input.total()
      if (total === undefined) return undefined
      records += total.records
      guessed ||= total.guessed
    }
    return { records, guessed }
  }

  #tell(): void {
    const { phase, pump, intake, counts, workers } = this.#boss.state
    const lanes = workers.map(({ workerId, state }) => `${workerId} ${state}`).join(', ')
    this.#terms.screen.say(`${phase}, intake ${intake}, pump ${pump}; ${toJson(counts)}; ${lanes}`)
    const url = this.#pages.newUrl()
    if (url !== undefined) this.#terms.screen.say(`dashboard, for another browser: ${url}`)
  }
}

/** What the record itself has said, as values. */
const ownOf = (given: Readonly<Record<string, unknown>>, record: unknown) =>
  Object.fromEntries(Object.keys(record as object).map(name => [name, given[name]]))

const resumesRun = ({ resume, resumeFailed, retryFailed }: RunCommandOptions): boolean =>
  Boolean(resume || resumeFailed || retryFailed)

/** What is for every instruction that has none of its own. */
const missing = (given: Record<string, unknown>, common: readonly (readonly [string, unknown])[]) =>
  Object.fromEntries(common.filter(([name]) => given[name] === undefined))

/** Why an instruction is taken back that is to be given again. */
const putBack = 'put back: memory is short'

/** As JSON, where it was not read as JSON. What is done does not say what it was told. */
const givenOf = (report: Settled): string => ('instruction' in report ? toJson(report.instruction) : '')

type Cancelled = Extract<Settled, { kind: 'cancelled' }>

/** What the boss says of an instruction that waited too long. */
const lapsed = (reason: unknown): boolean =>
  typeof reason === 'string' && reason.startsWith('waited longer than')

const exampleOf = ({ id, name }: Settled, { line }: RecordPlace) => ({ id, name: `${name} (line ${line})` })

const waitedTooLong = ({ name, reason }: Cancelled) => ({
  code: 'timeout' as const,
  what: `"${name}" was not begun`,
  why: String(reason),
  remedy: 'Raise --queue-timeout, or use more workers',
})
