/**
 * One instruction and its own answer, from a boss that many share: `run` promises its result, `run$` streams its reports.
 *
 *     run, run$ ──give──► boss ──► crew ──► reports$
 *         ▲                                    │
 *         └──────────── asker.told ◄───────────┘
 *
 * What is given this way is told to who asked for it and on `reports$`, and kept by neither.
 */

import { Observable, type Subscriber } from 'rxjs'

import { AskError } from '../actor/ask.ts'
import { asyncScope } from '../words/async-scope.ts'
import { RxbossError } from '../words/failure.ts'
import { scoped } from '../words/in-scope.ts'
import type { InstructionId } from '../words/instruction.ts'
import { type CancelCode, isSettled, type Report, type Settled } from '../words/report.ts'
import { AbortError, resultOrThrow } from '../words/result-or-throw.ts'
import { AbortListeners } from './abort-listeners.ts'
import type { Asker } from './asker.ts'

/** How one run is asked for. */
export interface RunOptions {
  /** Aborting it cancels the instruction. The promise then rejects with an `AbortError` whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal
}

export interface RunTerms<I> {
  /** @throws {RxbossError} when it is not taken */
  readonly give: (instruction: I, asker: Asker) => InstructionId
  readonly cancel: (id: InstructionId, code: CancelCode, reason: unknown) => boolean
}

export class Runs<I, R> {
  readonly #terms: RunTerms<I>
  readonly #signals = new AbortListeners()

  constructor(terms: RunTerms<I>) {
    this.#terms = terms
  }

  promise(instruction: I, signal: AbortSignal | undefined): Promise<R> {
    if (signal !== undefined) return this.#obeying(signal, instruction)
    // What `give` throws rejects it.
    return new Promise((resolve, reject) => {
      this.#terms.give(instruction, promised(resolve, reject))
    })
  }

  #obeying(signal: AbortSignal, instruction: I): Promise<R> {
    return new Promise((resolve, reject) => {
      if (signal.aborted)
        throw new AbortError({ name: nameOf(instruction), code: 'signal', reason: signal.reason })
      const { keep, told } = promised(resolve, reject)
      let letGo: (() => void) | undefined
      const asker: Asker = {
        keep,
        told: report => {
          if (isSettled(report)) letGo?.()
          told(report)
        },
      }
      const id = this.#terms.give(instruction, asker)
      letGo = this.#signals.add(signal, () => this.#terms.cancel(id, 'signal', signal.reason))
    })
  }

  stream(instruction: I): Observable<Report<R>> {
    return new Observable((subscriber: Subscriber<Report>) => {
      let open = true
      const reports = scoped(subscriber, asyncScope())
      const asker: Asker = {
        keep: false,
        told: report => {
          if (isSettled(report)) open = false
          reports.next(report)
          if (!open) reports.complete()
        },
      }
      const id = this.#terms.give(instruction, asker)
      return () => {
        if (open) this.#terms.cancel(id, 'unsubscribed', 'unsubscribed')
      }
    }) as Observable<Report<R>>
  }
}

/** What a question to an actor gives: the report that settles it. Who stops waiting does not cancel it. */
export function answerOf(actor: string, give: (asker: Asker) => unknown): Observable<Settled> {
  return new Observable(reply => {
    const told = (report: Report) => {
      if (!isSettled(report)) return
      reply.next(report)
      reply.complete()
    }
    try {
      give({ keep: false, told })
    } catch (error) {
      reply.error(error instanceof RxbossError ? notTaken(actor, error) : error)
    }
  })
}

function notTaken(actor: string, error: RxbossError): AskError {
  const code = error.code === 'full' || error.code === 'closed' ? error.code : 'refused'
  return new AskError(code, `Actor "${actor}" did not take the question: ${error.message}`, { cause: error })
}

const promised = <R>(resolve: (result: R) => void, reject: (error: unknown) => void): Asker => ({
  keep: false,
  told: report => {
    if (report.kind === 'done') resolve(report.result as R)
    else if (isSettled(report)) reject(errorOf(report))
  },
})

function errorOf(report: Settled): unknown {
  try {
    return resultOrThrow(report)
  } catch (error) {
    return error
  }
}

const nameOf = (instruction: unknown): string => {
  const name = (instruction as { readonly name?: unknown } | null)?.name
  return typeof name === 'string' ? name : 'unnamed'
}
