/**
 * The Boss: an actor that takes instructions, has workers do them, and reports.
 *
 *     instructions ──► mailbox ──► scheduler ──► crew of workers ──► reports$
 *     signals ───────► control
 *
 * This file is what users see of it. Its rules are in `step/`, what it does about them in `interpreter.ts`.
 */

import { left, right } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { defer, firstValueFrom, map, Observable, type OperatorFunction, type Subscriber } from 'rxjs'

import { type Actor, type Ref, refOf } from '../actor/actor.ts'
import { type Answering, answer } from '../actor/ask.ts'
import { Mailbox } from '../actor/mailbox.ts'
import { tellOfDeath } from '../actor/unobserved.ts'
import type { InspectEvent } from '../inspect/events.ts'
import { creditFor } from '../scheduler/credit.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import type { RxbossError } from '../words/failure.ts'
import { inScope } from '../words/in-scope.ts'
import type { Instruction, InstructionId } from '../words/instruction.ts'
import type { CancelCode, Report, Settled } from '../words/report.ts'
import { type SetOf, zip } from '../worker/instruction-set.ts'
import type { AnyWorker, InstructionOf, ResultOf } from '../worker/worker.ts'
import type { Asker } from './asker.ts'
import { type BossExit, exitOf } from './boss-exit.ts'
import { BossFailure } from './boss-failure.ts'
import type { BossReport, BossState, FinalReport } from './boss-state.ts'
import { explainable, type Inside, insideOf, queueOf, refuseToWaitForEver, sourcesOf } from './inside.ts'
import type { Intake } from './intake.ts'
import type { Interpreter } from './interpreter.ts'
import { type BossOptions, checkConcurrency } from './options.ts'
import { answerOf, type RunOptions, Runs } from './runs.ts'
import { type InstructionSource, type Listening, type Sources, streamOf } from './sources.ts'
import type { Signal } from './step/protocol.ts'

/**
 * Orders workers to do what instructions say, and reports.
 *
 * Born halted: nothing starts before `makeThemWork()`. Instructions are decoded when given; a bad one is refused there
 * and then. Every accepted one gets exactly one final report, whatever happens to its worker.
 *
 * @throws {TypeError} when an option is not what it must be, or a worker cannot work in this crew
 *
 * @example
 * await using boss = new Boss({ workers: [primes] })
 * boss.reports$.subscribe(report => console.log(report))
 * boss.setInstructions({ individual: { limit: [10, 100] } })
 * boss.makeThemWork()
 * const { counts } = await boss.waitTillFinished()
 */
export class Boss<D extends AnyWorker>
  implements
    Actor<InstructionOf<D>, Report<ResultOf<D>>, InspectEvent>,
    Answering<InstructionOf<D>, Settled<ResultOf<D>>>
{
  readonly name: string
  /**
   * Takes instructions: `instructions$.subscribe(boss.mailbox)`. Completing it is `end()`. What it refuses is a dead letter.
   * Who subscribes to it sees each instruction when it is handed to a worker.
   */
  readonly mailbox: Mailbox<InstructionOf<D>>
  /** Its address: as the mailbox, but a source that completes does not end the boss. */
  readonly ref: Ref<InstructionOf<D>>
  /** Takes signals, which never wait behind instructions. Completing it does nothing. */
  readonly control: Mailbox<Signal>
  /**
   * What happens to each instruction. Hot: subscribe before `makeThemWork()`. In order of happening; interim reports of
   * one instruction keep their order and precede its final one. Completes once the boss is finished. Never errors.
   */
  readonly reports$: Observable<Report<ResultOf<D>>>
  /** The same as `reports$`: what this actor puts out. After `stopListening()` it completes before the exit. */
  readonly out$: Observable<Report<ResultOf<D>>>
  /** Emits exactly once, when the last worker is gone and everything is cleaned up; late watchers are told too. */
  readonly exit$: Observable<BossExit>
  /** What happens in this boss, without payloads. Hot; costs nothing while unobserved. */
  readonly inspect$: Observable<InspectEvent>
  /**
   * Those events of `inspect$` that do not come with every instruction: phases, workers that come and go, what they print,
   * warnings, retries, dead letters. Hot; observing it costs nothing per instruction.
   */
  readonly notices$: Observable<InspectEvent>

  readonly #interpreter: Interpreter
  readonly #intake: Intake
  readonly #sources: Sources<InstructionOf<D>>
  readonly #runs: Runs<InstructionOf<D>, ResultOf<D>>
  /** Somebody observes it, or waits for it. */
  #noticed = false
  #take: (instruction: InstructionOf<D>) => void = instruction => void this.give(instruction)

  constructor(options: BossOptions<D>)
  /** @internal for `delegate`, which has made the inside before */
  constructor(options: BossOptions<D>, inside?: Inside)
  constructor(options: BossOptions<D>, { settings, interpreter, intake }: Inside = insideOf(options)) {
    this.name = settings.name
    this.#interpreter = explainable(this, interpreter)
    this.#intake = intake
    this.#runs = new Runs({
      give: (instruction, asker) => this.giveFor(asker, instruction),
      cancel: (id, code, reason) => interpreter.cancel(id, code, reason),
    })
    this.reports$ = new Observable(reports => {
      this.#noticed = true
      const reader = creditFor(reports)?.forHot
      if (reader !== undefined) reports.add(interpreter.supply.boundBy(reader))
      return interpreter.reports$.subscribe(reports as Subscriber<Report>)
    })
    this.out$ = this.reports$
    const exit$ = interpreter.exit$.pipe(map(({ status }) => exitOf(status, interpreter.status.final)))
    exit$.subscribe(exit => this.#exited(exit))
    this.exit$ = defer(() => {
      this.#noticed = true
      return inScope(exit$)
    })
    this.inspect$ = interpreter.inspector.events$
    this.notices$ = interpreter.inspector.notices$
    const queue = queueOf<InstructionOf<D>>(interpreter, {
      give: one => this.#take(one),
      end: () => this.end(),
    })
    this.mailbox = new Mailbox<InstructionOf<D>>({ queue, overflow: settings.overflow })
    this.ref = refOf(this.mailbox)
    this.control = new Mailbox<Signal>()
    this.control.subscribe(signal => interpreter.signal(signal))
    this.#sources = sourcesOf({ settings, interpreter, intake })
  }

  // -- instructions ----------------------------------------------------------------------------------------------------

  /**
   * Gives one instruction.
   *
   * @returns its id: 0, 1, 2 ... in order of arrival
   * @throws {RxbossError} `refused`, saying why: no worker accepts it, or its name is taken; `ambiguous`: several accept it;
   *   `full`: as many wait as the mailbox holds; `closed`: the boss takes no more
   */
  give(instruction: InstructionOf<D>): InstructionId {
    return this.giveFor(undefined, instruction)
  }

  /**
   * Has one instruction done and promises its result, while this boss does others: a pool's `run`. On a halted boss it
   * waits. Its report is on `reports$` too, and is not kept.
   * Rejects with an error that has `code`: with the work's own error where it threw, else with an {@link RxbossError}; both
   * have the `failure`. `closed` and `full` come at once, where the boss takes no more. Cancelled, it is a `CancelledError`;
   * by the signal, an `AbortError`.
   *
   * @example
   * const boss = new Boss({ workers: [primes] }).start()
   * const count = await boss.run({ limit: 100 }) // 25
   */
  run(instruction: InstructionOf<D>, { signal }: RunOptions = {}): Promise<ResultOf<D>> {
    return this.#runs.promise(instruction, signal)
  }

  /**
   * The reports of one instruction: any number of `interim`, then the one that settles it.
   *
   * Cold: each subscription gives it anew. Unsubscribing cancels it, and its thread is kept where the work obeys. Completes
   * after the final report; errors where the instruction is not taken, with the {@link RxbossError} that says why.
   * @example
   * typed$.pipe(switchMap(text => boss.run$({ text }).pipe(result()))).subscribe(show)
   */
  run$(instruction: InstructionOf<D>): Observable<Report<ResultOf<D>>> {
    return this.#runs.stream(instruction)
  }

  /** What `ask(boss, instruction, ms)` gives: the report that settles it. Unsubscribing stops waiting, not the work. */
  [answer](instruction: InstructionOf<D>): Observable<Settled<ResultOf<D>>> {
    return answerOf(this.name, asker => this.giveFor(asker, instruction)) as Observable<Settled<ResultOf<D>>>
  }

  /** The same as {@link run}, for fp-ts: nothing is given before it is called; `Left` is what `run` rejects with. */
  runTE(instruction: InstructionOf<D>, options: RunOptions = {}): TaskEither<Error, ResultOf<D>> {
    return () => this.run(instruction, options).then(right, error => left(error as Error))
  }

  /**
   * Gives a set: instruction i is `common` with each `individual[k][i]`; individual wins. All or nothing: one refused
   * instruction refuses the set.
   *
   * @param options  `fatal`: a refusal also stops everybody right now
   * @throws {RxbossError | TypeError} lists of unequal lengths, no `individual` at all, or a refused instruction
   */
  setInstructions(set: SetOf<InstructionOf<D>>, options: { fatal?: boolean } = {}): readonly InstructionId[] {
    let given: readonly unknown[] = []
    try {
      given = zip(set)
      return this.#intake.acceptAll(given.map(one => this.#intake.read(one as Instruction)))
    } catch (error) {
      this.#interpreter.ledger.countRefused(given.length)
      if (options.fatal) this.#interpreter.signal({ type: 'stopThemWorking', reason: error })
      throw error
    }
  }

  /**
   * Takes instructions from a source until it completes. Iterables are pulled: they advance only as workers have room, also
   * before the boss is started. What is refused, and an error of the source, is a dead letter; the boss goes on.
   *
   * An iterable, a promise, or a stream in which a `pull` has more, or what it took is on its way (`delay`, `mergeMap`), is work
   * that was given: `end()` and `waitTillFinished()` let it finish; an endless one must be left: `unsubscribe()`, `stop()`. Any
   * other stream is cut off then, which the final report says (`sources`).
   *
   * @returns a Subscription; its `done` resolves once all that the source gave is settled
   */
  listen(source: InstructionSource<InstructionOf<D>>): Listening {
    return this.#sources.listen(streamOf(source))
  }

  /**
   * The operator `delegate`, on the workers of this boss: they are warm, and shared by all who use it.
   *
   * Cold: nothing is given before you subscribe. Each subscriber gets the reports of what it gave, in order of happening, and
   * unsubscribing cancels those instructions alone. From `pull`, instructions are taken only as workers have room. What no
   * worker accepts is a `failed` report.
   *
   * @returns completes after the last report; errors if the source does (what runs is then heard out, what waits is
   *   `cancelled`), and with `closed` where the boss takes no more before the source has completed
   *
   * @example
   * const digests$ = pull(paths).pipe(boss.delegate(), inOrder(), result())
   */
  delegate(): OperatorFunction<InstructionOf<D>, Report<ResultOf<D>>> {
    return instructions$ =>
      new Observable((reports: Subscriber<Report>) =>
        this.#sources.delegate(instructions$, reports, creditFor(reports)),
      ) as Observable<Report<ResultOf<D>>>
  }

  // -- signals -----------------------------------------------------------------------------------------------------------

  /**
   * Starts what may start, now and from now on.
   *
   * @param options  `terminate`: then `end()`. `stopListening`: what may start now goes on unheard, the rest is given back
   */
  makeThemWork(options: { terminate?: boolean; stopListening?: boolean } = {}): void {
    this.resume()
    if (options.stopListening) {
      this.#interpreter.start()
      this.stopListening()
    } else if (options.terminate) this.end()
  }

  /** The same as `makeThemWork()`, and returns the boss: `const boss = new Boss(options).start()`. */
  start(): this {
    this.resume()
    return this
  }

  /**
   * Resolves once workers are there: as many as the crew keeps though idle (`min`), and one at least. They start with the
   * boss; on one that has not been started it waits for that.
   *
   * Rejects where none starts: with the {@link BossFailure} that ended the boss, or `closed` where it ends otherwise.
   */
  ready(): Promise<void> {
    return this.#interpreter.readiness.when()
  }

  /** Starts nothing more. What runs goes on and is heard; what is given waits. */
  halt(): void {
    this.#interpreter.signal({ type: 'halt' })
  }

  /** Starts what may start, and goes on doing so. Does nothing where the boss is at work, or is stopping. */
  resume(): void {
    this.#interpreter.signal({ type: 'resume' })
  }

  /**
   * Cancels one instruction. Pending, it never begins; running, its `task.signal` aborts, and after `graceMs` its thread is
   * terminated.
   *
   * @returns true exactly when this decides its outcome: its final report is then `cancelled` with this reason
   */
  cancel(id: InstructionId, reason: unknown = 'cancelled'): boolean {
    return this.cancelAs('cancelled', id, reason)
  }

  /**
   * Changes the scheduler while running. What runs goes on; what the new rules make impossible is refused.
   *
   * @throws {TypeError} when its concurrency is not a limit
   */
  reschedule(scheduler: Scheduler): void {
    checkConcurrency(scheduler)
    this.#interpreter.reschedule(scheduler)
  }

  /** Takes no more instructions; when all are settled, the boss is finished. */
  end(): void {
    this.#interpreter.signal({ type: 'end' })
  }

  /** Stops gently: what runs finishes and is heard, what waits is given back in the final report. */
  stop(): Promise<FinalReport<D>> {
    this.#interpreter.signal({ type: 'stop' })
    return this.#final()
  }

  /** Stops right now: threads are terminated, what ran is `cancelled`. Resolves once the threads are gone. */
  stopThemWorking(): Promise<FinalReport<D>> {
    this.#interpreter.signal({ type: 'stopThemWorking' })
    return this.#final()
  }

  /** Turns away: workers finish what they do, unheard; `reports$` completes at once. */
  stopListening(): FinalReport<D> {
    this.#interpreter.signal({ type: 'stopListening' })
    return this.#interpreter.status.final as FinalReport<D>
  }

  // -- reports -----------------------------------------------------------------------------------------------------------

  /**
   * Where the boss stands: an interim report at once, or the final one if there is one. Never rejects because work failed.
   *
   * @param options  `block: true` (or `interim: false`): the final report when it comes, without ending the intake
   */
  getReport(options: { block: true } | { interim: false }): Promise<FinalReport<D>>
  getReport(options?: { block?: boolean; interim?: boolean }): Promise<BossReport<D>>
  async getReport(options: { block?: boolean; interim?: boolean } = {}): Promise<BossReport<D>> {
    const wait = options.block ?? options.interim === false
    if (!wait) return (this.#interpreter.status.final ?? this.#interpreter.status.interim()) as BossReport<D>
    refuseToWaitForEver('getReport({ block: true })', this.#interpreter, this.#sources.atWork)
    return this.#final()
  }

  /**
   * Ends the intake and waits for the final report: a value, the same for every reader, as often as it is asked for.
   * Rejects at once on a halted boss with pending work, naming the remedy; and with a {@link BossFailure} carrying the
   * final report when a failure ended the boss.
   */
  async waitTillFinished(): Promise<FinalReport<D>> {
    refuseToWaitForEver('waitTillFinished()', this.#interpreter, this.#sources.atWork)
    this.end()
    const report = await this.#final()
    if (report.status === 'failed' && report.failure !== undefined)
      throw new BossFailure(report.failure, report)
    return report
  }

  get state(): BossState {
    const mailbox = { size: this.mailbox.size, capacity: this.#intake.capacity }
    return { ...this.#interpreter.status.snapshot(), mailbox }
  }

  /** `stopThemWorking()`, then every thread is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#interpreter.signal({ type: 'stopThemWorking' })
    await firstValueFrom(this.exit$)
  }

  // -- inside ------------------------------------------------------------------------------------------------------------

  /** @internal What comes into the mailbox is given this way. */
  takeBy(give: (instruction: InstructionOf<D>) => void): void {
    this.#take = give
  }

  /** @internal Cancels an instruction, and says whose doing that is. */
  cancelAs(code: CancelCode, id: InstructionId, reason: unknown): boolean {
    return this.#interpreter.cancel(id, code, reason)
  }

  /** @internal Gives an instruction for somebody who is told of it. */
  giveFor(asker: Asker | undefined, instruction: InstructionOf<D>): InstructionId {
    this.#noticed ||= asker !== undefined
    try {
      return this.#intake.accept(this.#intake.read(instruction as Instruction), asker && { asker })
    } catch (error) {
      this.#interpreter.ledger.countRefused(1)
      throw error
    }
  }

  /** A failure that nobody hears of is told once. */
  #exited({ why, error }: BossExit): void {
    if (why === 'failed' && !this.#noticed && !this.#interpreter.inspector.noticed)
      tellOfDeath(this.name, error, () => this.#noticed)
  }

  #final(): Promise<FinalReport<D>> {
    this.#noticed = true
    return firstValueFrom(this.#interpreter.final$) as Promise<FinalReport<D>>
  }
}
