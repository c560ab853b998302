/** `delegate`: the Boss as an operator. */

import { Observable, type OperatorFunction } from 'rxjs'
import { creditFor, subscribeWith } from '../scheduler/credit.ts'
import { asyncScope } from '../words/async-scope.ts'
import { RxbossError } from '../words/failure.ts'
import { scoped } from '../words/in-scope.ts'
import type { Instruction } from '../words/instruction.ts'
import type { Report } from '../words/report.ts'
import type { AnyWorker, InstructionOf, ResultOf } from '../worker/worker.ts'
import type { Given } from './acceptance.ts'
import { Boss } from './boss.ts'
import { BossFailure } from './boss-failure.ts'
import { defaults } from './defaults.ts'
import { Intake } from './intake.ts'
import { Interpreter } from './interpreter.ts'
import { type BossOptions, resolveOptions } from './options.ts'

/** The options of a Boss, but for the workers, which come first. `keepReports` is off unless told. */
export interface DelegateOptions<D extends AnyWorker = AnyWorker> extends Omit<BossOptions<D>, 'workers'> {
  /** Given the boss of each subscription before it begins: to watch it, or to control it. */
  readonly onBoss?: (boss: Boss<D>) => void
}

const asked: Given = { asked: true }

/**
 * Runs every instruction and streams what happens to it.
 *
 * Cold: nothing starts before you subscribe, and unsubscribing stops the work right now. Each instruction gives any number
 * of `interim` reports, then exactly one that settles it. Reports of one instruction keep that order; those of different
 * instructions come as they happen. From `pull`, instructions are taken only as workers have room. An instruction that no
 * worker accepts gives a `failed` report with code `refused`. Reports are not kept, so memory stays flat.
 *
 * @param workers  one definition, several, or a registry; with several, the footprint picks
 * @param options  as for a Boss; `scheduler` decides what may start, default `maxThreads()`
 * @returns completes after the last report; errors only if the source does (what runs is then heard out, what waits is
 *   `cancelled`) or if the boss itself fails: a failed instruction is a report
 * @throws {TypeError} at once, when an option is not what it must be
 *
 * @example
 * of({ limit: 10 }, { limit: 100 })
 *   .pipe(delegate(primes), inOrder(), result())
 *   .subscribe(console.log) // 4, then 25
 *
 * @see Task.Supervisor.async_stream_nolink in Elixir, where the tagged results come from
 */
export function delegate<D extends AnyWorker>(
  workers: BossOptions<D>['workers'],
  options: DelegateOptions<D> = {},
): OperatorFunction<InstructionOf<D>, Report<ResultOf<D>>> {
  const settings = resolveOptions({ keepReports: false, ...options, workers } as BossOptions, defaults)
  return instructions$ =>
    new Observable(reports => {
      const boss = new Interpreter(settings)
      const reader = creditFor(reports)
      if (reader !== undefined) boss.supply.boundBy(reader)
      const intake = new Intake(boss)
      options.onBoss?.(new Boss<D>({ ...options, workers }, { settings, interpreter: boss, intake }))
      let broken: { readonly error: unknown } | undefined

      const fail = (error: unknown) => {
        broken = { error }
        boss.signal({ type: 'stop', reason: error })
      }
      const take = (given: Instruction) => {
        if (broken !== undefined) return
        try {
          intake.accept(intake.read(given), boss.supply.credit.used ? asked : undefined)
        } catch (error) {
          if (error instanceof RxbossError) boss.acceptance.acceptRefused(given, error.failure)
          else fail(error) // a rule that cannot judge it
        }
      }

      boss.reports$.subscribe(report => reports.next(report as Report<ResultOf<D>>))
      const { error, complete } = scoped(reports, asyncScope())
      boss.final$.subscribe(report => {
        if (broken !== undefined) error(broken.error)
        else if (report.failure !== undefined) error(new BossFailure(report.failure, report))
        else complete()
      })
      reports.add(() => boss.signal({ type: 'stopThemWorking' }))

      boss.signal({ type: 'resume' })
      reports.add(
        subscribeWith(boss.supply.credit, instructions$, {
          next: given => take(given as Instruction),
          error: fail,
          complete: () => boss.signal({ type: 'end' }),
        }),
      )
    })
}
