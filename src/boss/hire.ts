/** `hire`: one worker, no boss to order about. */

import { firstValueFrom, type Observable } from 'rxjs'

import type { Actor, Ref } from '../actor/actor.ts'
import { type Answering, answer } from '../actor/ask.ts'
import type { Mailbox } from '../actor/mailbox.ts'
import { isInsideWork } from '../crew/inside-work.ts'
import type { InspectEvent } from '../inspect/events.ts'
import { maxThreads } from '../scheduler/rules/max-threads.ts'
import { RxbossError } from '../words/failure.ts'
import type { InstructionId } from '../words/instruction.ts'
import { isSettled, type Report, type Settled } from '../words/report.ts'
import type { AnyWorker, InstructionOf, ResultOf } from '../worker/worker.ts'
import type { Asker } from './asker.ts'
import { Boss } from './boss.ts'
import type { BossExit } from './boss-exit.ts'
import type { FinalReport } from './boss-state.ts'
import { defaults } from './defaults.ts'
import type { BossOptions } from './options.ts'
import { answerOf, type RunOptions, Runs } from './runs.ts'
import type { Signal } from './step/protocol.ts'

/** The options of a Boss that make sense for one worker. */
export interface HireOptions
  extends Omit<BossOptions, 'workers' | 'scheduler' | 'keepReports' | 'onFailure'> {
  /** For one short call after the other; as in `threads()`, and instead of `crew`. */
  readonly spinUs?: number
}

/** Nobody asked, but those who watch `reports$`. */
const untold: Asker = { keep: false, told: () => {} }

/** An actor backed by one thread: it does one instruction after the other. */
export class Worker<D extends AnyWorker = AnyWorker>
  implements
    Actor<InstructionOf<D>, Report<ResultOf<D>>, InspectEvent>,
    Answering<InstructionOf<D>, Settled<ResultOf<D>>>
{
  /** The definition's name, unless `hire` was given another. */
  readonly name: string
  /** The same as `name`. */
  readonly id: string
  readonly ticket = 0
  /** Takes instructions: `instructions$.subscribe(worker.mailbox)`. Completing it is `end()`. What it refuses is a dead letter. */
  readonly mailbox: Mailbox<InstructionOf<D>>
  /** Takes signals, which never wait behind instructions. */
  readonly control: Mailbox<Signal>
  /** Its address: as the mailbox, but a source that completes does not end the worker. */
  readonly ref: Ref<InstructionOf<D>>
  /** What happens to each instruction; see {@link Boss.reports$}. */
  readonly reports$: Observable<Report<ResultOf<D>>>
  /** The same as `reports$`. */
  readonly out$: Observable<Report<ResultOf<D>>>
  /** What happens to this worker, without payloads. Hot; costs nothing while unobserved. */
  readonly inspect$: Observable<InspectEvent>
  /** Emits exactly once, after everything is cleaned up; late watchers are told too. */
  readonly exit$: Observable<BossExit>
  readonly #boss: Boss<D>
  readonly #runs: Runs<InstructionOf<D>, ResultOf<D>>
  /** The jobs it has, in order, and who waits for the end of each. */
  readonly #jobs = new Map<InstructionId, (() => void)[]>()

  /** @internal by {@link hire} */
  constructor(boss: Boss<D>) {
    this.#boss = boss
    this.name = boss.name
    this.id = boss.name
    this.mailbox = boss.mailbox
    this.control = boss.control
    this.ref = boss.ref
    this.reports$ = boss.reports$
    this.out$ = boss.out$
    this.exit$ = boss.exit$
    this.inspect$ = boss.inspect$
    boss.takeBy(instruction => void this.#give(instruction, untold))
    this.#runs = new Runs({
      give: (instruction, asker) => this.#give(instruction, asker),
      cancel: (id, code, reason) => boss.cancelAs(code, id, reason),
    })
  }

  get state(): 'opening' | 'idle' | 'busy' | 'closing' | 'gone' {
    return this.#boss.state.phase === 'exited' ? 'gone' : (this.#boss.state.workers[0]?.state ?? 'idle')
  }

  /**
   * Sends the worker to its job, after those it has.
   *
   * @returns its `done`, `failed` or `cancelled` report. Never rejects because the work failed
   * @throws {RxbossError} now, when the instruction is refused or the worker has left
   */
  work(instruction: InstructionOf<D>): Promise<Settled<ResultOf<D>>> {
    let settle: (report: Settled<ResultOf<D>>) => void = () => {}
    const settled = new Promise<Settled<ResultOf<D>>>(resolve => {
      settle = resolve
    })
    this.#give(instruction, {
      keep: false,
      told: report => {
        if (isSettled(report)) settle(report as Settled<ResultOf<D>>)
      },
    })
    return settled
  }

  /** Sends the worker to its job and promises the result; see {@link Boss.run}. */
  run(instruction: InstructionOf<D>, options: RunOptions = {}): Promise<ResultOf<D>> {
    return this.#runs.promise(instruction, options.signal)
  }

  /** The reports of one job. Cold: subscribing gives it, unsubscribing cancels it; see {@link Boss.run$}. */
  run$(instruction: InstructionOf<D>): Observable<Report<ResultOf<D>>> {
    return this.#runs.stream(instruction)
  }

  /** What `ask(worker, instruction, ms)` gives: the report that settles it. Unsubscribing stops waiting, not the work. */
  [answer](instruction: InstructionOf<D>): Observable<Settled<ResultOf<D>>> {
    return answerOf(this.name, asker => this.#give(instruction, asker)) as Observable<Settled<ResultOf<D>>>
  }

  /** Takes no more instructions, and leaves when it has done those it has. */
  end(): void {
    this.#boss.end()
  }

  /** Leaves after the job it is at; what waits is given back, each `cancelled`. Resolves with its final report. */
  stop(): Promise<FinalReport<D>> {
    return this.#boss.stop()
  }

  /** Asks the current work to stop (`task.signal` aborts), terminates its thread after `graceMs`, and lets the worker go. */
  async stopWorking(): Promise<void> {
    for (const id of this.#jobs.keys()) this.#boss.cancel(id, 'stopWorking')
    this.#boss.end()
    await firstValueFrom(this.exit$)
  }

  /**
   * Resolves when the current job is finished.
   *
   * @throws {RxbossError} when it is called from inside the worker's own work, which would wait for itself
   */
  async youAreExpected(): Promise<void> {
    if (isInsideWork()) {
      throw new RxbossError({
        code: 'refused',
        what: 'A worker cannot wait for itself',
        why: `youAreExpected() of "${this.id}" was called from inside a worker's work`,
        remedy: 'Call it from the program that hired the worker',
      })
    }
    const [first] = this.#jobs.values()
    if (first !== undefined) await new Promise<void>(resolve => first.push(resolve))
  }

  /** Stops right now, whatever it is doing, and resolves once its thread is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#boss[Symbol.asyncDispose]()
  }

  #give(instruction: InstructionOf<D>, asker: Asker): InstructionId {
    const { keep } = asker
    const told = (report: Report) => {
      asker.told(report)
      if (isSettled(report)) this.#finished(report.id)
    }
    const id = this.#boss.giveFor({ keep, told }, instruction)
    this.#jobs.set(id, [])
    return id
  }

  #finished(id: InstructionId): void {
    const waiting = this.#jobs.get(id) ?? []
    this.#jobs.delete(id)
    for (const resolve of waiting) resolve()
  }
}

/**
 * Hires one worker. Resolves at once; its thread starts with its first instruction.
 *
 * @example
 * await using worker = await hire(primes)
 * const report = await worker.work({ limit: 100 })
 *
 * @throws {TypeError} rejects, when an option cannot be meant
 */
export async function hire<D extends AnyWorker>(
  worker: D,
  { spinUs, ...options }: HireOptions = {},
): Promise<Worker<D>> {
  if (spinUs !== undefined && options.crew !== undefined)
    throw new TypeError("Cannot hire with 'crew' and 'spinUs': say crew: threads({ spinUs })")
  const boss = new Boss<D>({
    name: worker.name,
    ...(spinUs !== undefined && { crew: defaults.crew({ spinUs }) }),
    ...options,
    workers: worker,
    scheduler: maxThreads(1),
    keepReports: false,
  })
  boss.makeThemWork()
  return new Worker<D>(boss)
}
