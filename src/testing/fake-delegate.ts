/** `fakeDelegate`: the operator `delegate` without a boss, for tests of what stands around it. */

import { isObservable, materialize, mergeMap, Observable, type OperatorFunction, of } from 'rxjs'

import { errorToData } from '../words/error-data.ts'
import { type Failure, threw } from '../words/failure.ts'
import type { Instruction } from '../words/instruction.ts'
import type { Report, Settled } from '../words/report.ts'
import { isChosen, registry } from '../worker/registry.ts'
import type { AnyWorker, InstructionOf, ResultOf } from '../worker/worker.ts'
import { cancelled, done, failed, isMadeHere } from './made-reports.ts'

/**
 * Stands in for `delegate(worker)`, or `boss.delegate()`: the test says what each instruction answers. Synchronous, without
 * threads, clocks and limits, so that marbles can draw what is around it.
 *
 * Cold. Instructions are decoded as the real ones are; one that the worker does not accept is a `failed` report. Unsubscribing
 * unsubscribes from the answers.
 *
 * @param answer  the result; or an Observable, whose values are interim reports and whose last one is the result; or a report
 *   made by `done`, `failed` or `cancelled`. What it throws is a `failed` report with code `threw`
 *
 * @example
 * const search$ = typed$.pipe(
 *   debounceTime(300),
 *   switchMap(text => of({ text }).pipe(fakeDelegate(find, ({ text }) => timer(20).pipe(map(() => [text]))), result())),
 * )
 */
export function fakeDelegate<D extends AnyWorker>(
  worker: D,
  answer: (instruction: InstructionOf<D>) => ResultOf<D> | Observable<unknown> | Settled,
): OperatorFunction<InstructionOf<D>, Report<ResultOf<D>>> {
  const workers = registry([worker as AnyWorker])
  return instructions$ =>
    new Observable(reports => {
      let next = 0
      return instructions$
        .pipe(
          mergeMap(given => {
            const fake = new Fake(worker.name, next++, given as Instruction)
            const choice = workers.choose(given as Instruction, {})
            if (!isChosen(choice)) return of(fake.fails(choice, 0))
            const decoded = { ...(given as object), ...(choice.attributes as object) }
            return fake.reports(() => answer(decoded as InstructionOf<D>))
          }),
        )
        .subscribe(reports as never)
    })
}

/** One instruction, and what is said of it. */
class Fake {
  readonly #worker: string
  readonly #subject: { readonly id: number; readonly name: string }
  readonly #given: Instruction

  constructor(worker: string, id: number, given: Instruction) {
    this.#worker = worker
    this.#given = given
    this.#subject = { id, name: typeof given?.name === 'string' ? given.name : `${worker}#${id}` }
  }

  reports(answer: () => unknown): Observable<Report> {
    try {
      const answered = answer()
      return isObservable(answered) ? this.#follow(answered) : of(this.#settled(answered))
    } catch (error) {
      return of(this.#threw(error))
    }
  }

  fails(failure: Failure, attempt = 1): Settled {
    return failed(failure, { ...this.#subject, worker: this.#worker, attempt, instruction: this.#given })
  }

  /** As work that returns an Observable is followed. */
  #follow(values$: Observable<unknown>): Observable<Report> {
    let latest: unknown
    return values$.pipe(
      materialize(),
      mergeMap((said): Observable<Report> => {
        if (said.kind === 'C') return of(this.#settled(latest))
        if (said.kind === 'E') return of(this.#threw(said.error))
        latest = said.value
        return isMadeHere(latest) ? of() : of(this.#note(latest))
      }),
    )
  }

  #note(note: unknown): Report {
    return { kind: 'interim', ...this.#subject, worker: this.#worker, attempt: 1, note }
  }

  #settled(answered: unknown): Settled {
    if (!isMadeHere(answered)) return done(answered, { ...this.#subject, worker: this.#worker })
    switch (answered.kind) {
      case 'done':
        return done(answered.result, { ...answered, ...this.#subject, worker: this.#worker })
      case 'failed':
        return this.fails(answered.failure, answered.attempt)
      case 'cancelled':
        return cancelled(answered.code, { ...answered, ...this.#subject, instruction: this.#given })
      default:
        return answered satisfies never
    }
  }

  #threw(error: unknown): Settled {
    return this.fails(threw(this.#worker, errorToData(error)))
  }
}
