/**
 * The streams of instructions that a boss takes from: those it listens to, and those of `boss.delegate()`.
 *
 *     intake   open ──end()──► draining ──no source has more──► closed
 *                                 │                               │
 *              hot sources are cut off here          all that is left, here
 *
 * An iterable, or a stream in which a `pull` has more, is work that was given: `end()` lets it finish. What can go on for
 * ever (a Subject) is cut off, and said to be: on `inspect$`, in the final report, and to whoever waits for the source.
 */

import {
  from,
  isObservable,
  type Observable,
  type ObservableInput,
  type Subscriber,
  Subscription,
} from 'rxjs'

import { type Credit, subscribeWith } from '../scheduler/credit.ts'
import {
  isPlatformObservable,
  isReadable,
  type PlatformObservable,
  type Readable,
} from '../scheduler/other-streams.ts'
import { pull } from '../scheduler/pull.ts'
import { asyncScope } from '../words/async-scope.ts'
import { RxbossError } from '../words/failure.ts'
import { scoped } from '../words/in-scope.ts'
import type { InstructionId } from '../words/instruction.ts'
import { macrotask } from '../words/macrotask.ts'
import { type CutOff, isSettled, type Report } from '../words/report.ts'
import type { Given } from './acceptance.ts'
import type { Asker } from './asker.ts'
import type { Supply } from './supply.ts'

/** How a source that was listened to ended. */
export interface Listened {
  /** How many of its instructions were accepted. */
  readonly given: number
  readonly refused: number
  /** It was left before it had completed: by `unsubscribe()`, or because the boss takes no more. */
  readonly cutOff?: true
  /** What it errored with. */
  readonly error?: unknown
}

/** A source that a boss listens to. Unsubscribing leaves it: what it gave goes on. */
export class Listening extends Subscription {
  /** Resolves when the source has completed and all it gave is settled, or when it was cut off. Never rejects. */
  readonly done: Promise<Listened>

  /** @internal by `boss.listen` */
  constructor(done: Promise<Listened>, leave: () => void) {
    super(leave)
    this.done = done
  }
}

export interface SourcesTerms<I> {
  readonly supply: Supply
  readonly intake: () => 'open' | 'draining' | 'closed'
  /** @throws {RxbossError} when it is not taken */
  readonly give: (given: Given, instruction: I) => InstructionId
  /** Accounts for an instruction of a delegate that was not taken: its `failed` report is told to who asked. */
  readonly settleRefused: (asker: Asker, instruction: I, error: RxbossError) => void
  /** Cancels what was given for somebody and is not settled; only what has not begun, where so told. */
  readonly cancelOf: (asker: Asker, which: 'all' | 'pending') => void
  readonly countRefused: () => void
  /** Something was not taken, and nobody is there to throw at. */
  readonly refuse: (why: string) => void
  /** So many sources have more that counts as work. */
  readonly tellWork: (count: number) => void
  /** A source was cut off by the end of the boss. */
  readonly tellCutOff: (source: CutOff) => void
  /** Why nothing more is taken. */
  readonly tooLate: () => RxbossError
}

export class Sources<I> {
  readonly #terms: SourcesTerms<I>
  readonly #open = new Set<Source<I>>()
  #atWork = 0

  constructor(terms: SourcesTerms<I>) {
    this.#terms = terms
  }

  /** How many have more that counts as work. */
  get atWork(): number {
    return this.#atWork
  }

  /** Takes from a source until it completes. */
  listen(instructions$: Observable<I>): Listening {
    const { refuse, countRefused, tooLate, intake } = this.#terms
    if (intake() !== 'open') {
      refuse(tooLate().message)
      const over = new Listening(Promise.resolve({ given: 0, refused: 0, cutOff: true }), () => {})
      over.unsubscribe()
      return over
    }
    let resolve: (listened: Listened) => void = () => {}
    const done = new Promise<Listened>(settle => {
      resolve = settle
    })
    const source = this.#add({
      keep: true,
      reported: () => {},
      refused: (_, error) => {
        countRefused()
        refuse(error.message)
      },
      errored: error => refuse(`a source failed: ${error instanceof Error ? error.message : String(error)}`),
      ended: resolve,
      cut: resolve,
    })
    const listening: Listening = new Listening(done, () => source.leave('unsubscribed'))
    source.take(instructions$, () => listening.unsubscribe())
    return listening
  }

  /** Runs a stream of instructions for whoever subscribes to their reports. */
  delegate(instructions$: Observable<I>, subscriber: Subscriber<Report>, reader: Credit | undefined): void {
    const reports = scoped(subscriber, asyncScope())
    const { cancelOf, settleRefused, tooLate, intake } = this.#terms
    if (intake() !== 'open') return reports.error(tooLate())
    const source: Source<I> = this.#add(
      {
        keep: false,
        reported: report => reports.next(report),
        refused: (instruction, error) => settleRefused(source, instruction, error),
        errored: () => cancelOf(source, 'pending'),
        ended: listened => {
          if ('error' in listened) reports.error(listened.error)
          else if (listened.cutOff) reports.error(tooLate())
          else reports.complete()
        },
        cut: () => {},
      },
      reader,
    )
    subscriber.add(() => {
      source.leave('unsubscribed')
      cancelOf(source, 'all')
    })
    source.take(instructions$)
  }

  /** The boss was told to end: what is no work goes. */
  drain(): void {
    for (const source of [...this.#open]) if (source.pulls === 0) source.leave('closed')
  }

  /** Nothing more is taken from anybody. */
  close(): void {
    for (const source of [...this.#open]) source.leave('closed')
  }

  #add(hooks: SourceHooks<I>, reader?: Credit): Source<I> {
    const source: Source<I> = new Source(this.#terms, hooks, {
      reader,
      worksOn: by => {
        this.#atWork += by
        this.#terms.tellWork(this.#atWork)
        if (source.pulls === 0 && this.#terms.intake() === 'draining') source.leave('closed')
      },
      gone: () => this.#open.delete(source),
    })
    this.#open.add(source)
    return source
  }
}

/** What differs between who listens and who delegates. */
interface SourceHooks<I> {
  readonly keep: boolean
  readonly reported: (report: Report) => void
  readonly refused: (instruction: I, error: RxbossError) => void
  readonly errored: (error: unknown) => void
  /** It gives no more, and all it gave is settled. */
  readonly ended: (listened: Listened) => void
  /** It was left before it had completed. */
  readonly cut: (listened: Listened) => void
}

interface SourcePlace {
  readonly reader: Credit | undefined
  /** It has begun to be work, or is no longer. */
  readonly worksOn: (by: 1 | -1) => void
  readonly gone: () => void
}

class Source<I> implements Asker, Given {
  readonly asker = this
  readonly keep: boolean
  /** How many `pull`s in it have more. */
  pulls = 0
  readonly #terms: SourcesTerms<I>
  readonly #hooks: SourceHooks<I>
  readonly #place: SourcePlace
  readonly #subscription = new Subscription()
  #works = false
  #given = 0
  #refused = 0
  #unsettled = 0
  #phase: 'open' | 'over' | 'ended' = 'open'
  #end: Pick<Listened, 'cutOff' | 'error'> = {}

  constructor(terms: SourcesTerms<I>, hooks: SourceHooks<I>, place: SourcePlace) {
    this.#terms = terms
    this.#hooks = hooks
    this.#place = place
    this.keep = hooks.keep
  }

  /** @param over  called when no more comes of it */
  take(instructions$: Observable<I>, over: () => void = () => {}): void {
    const [credit, close] = this.#terms.supply.open({
      come: () => this.#given + this.#refused,
      reader: this.#place.reader,
      senders: count => this.#senders(count),
    })
    this.#subscription.add(close)
    this.#subscription.add(over)
    this.#subscription.add(
      subscribeWith(credit, instructions$, {
        next: instruction => this.#next(instruction),
        error: error => this.#over({ error }),
        complete: () => this.#over({}),
      }),
    )
    if (this.#phase !== 'open') this.#subscription.unsubscribe()
  }

  get asked(): boolean {
    return this.pulls > 0
  }

  told(report: Report): void {
    if (isSettled(report)) this.#unsettled--
    this.#hooks.reported(report)
    this.#maybeEnded()
  }

  /** No more of it is wanted. Does nothing once it is over. */
  leave(why: 'unsubscribed' | 'closed'): void {
    if (this.#phase !== 'open') return
    if (why === 'closed') this.#terms.tellCutOff({ given: this.#given, cutOff: true })
    this.#over({ cutOff: true })
  }

  #next(instruction: I): void {
    if (this.#phase !== 'open') return
    this.#unsettled++
    try {
      this.#terms.give(this, instruction)
      this.#given++
    } catch (error) {
      this.#unsettled--
      this.#refused++
      if (!this.keep) this.#unsettled++
      this.#hooks.refused(instruction, error instanceof RxbossError ? error : byRule(error))
    }
  }

  /** So many `pull`s in it have more. */
  #senders(count: number): void {
    this.pulls = count
    if (count > 0) this.#look()
    // The one before it in a `concat` ends before the next begins, and the last value may come before the end of the stream.
    else macrotask(() => this.#look())
  }

  #look(): void {
    const works = this.#phase === 'open' && this.pulls > 0
    if (works === this.#works) return
    this.#works = works
    this.#place.worksOn(works ? 1 : -1)
  }

  #over(end: Pick<Listened, 'cutOff' | 'error'>): void {
    if (this.#phase !== 'open') return
    this.#phase = 'over'
    this.#end = end
    this.#place.gone()
    if ('error' in end) this.#hooks.errored(end.error)
    if (end.cutOff) this.#hooks.cut(this.#listened())
    this.#subscription.unsubscribe()
    this.#look()
    this.#maybeEnded()
  }

  #maybeEnded(): void {
    if (this.#phase !== 'over' || this.#unsettled > 0) return
    this.#phase = 'ended'
    this.#hooks.ended(this.#listened())
  }

  #listened(): Listened {
    return { given: this.#given, refused: this.#refused, ...this.#end }
  }
}

/** A rule of the scheduler cannot judge it: here nobody is to be thrown at. */
function byRule(cause: unknown): RxbossError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const what = 'The scheduler refused the instruction'
  return new RxbossError(
    { code: 'refused', what, why, remedy: 'Correct the instruction, or the rule' },
    { cause },
  )
}

/** Where instructions come from: what RxJS takes, Web Streams, and Observables of the platform. */
export type InstructionSource<I> = ObservableInput<I> | Readable<I> | PlatformObservable<I>

/** A source as a stream: what can be asked advances only as it is asked. */
export const streamOf = <I>(source: InstructionSource<I>): Observable<I> =>
  isObservable(source)
    ? source
    : isIterable(source) || isReadable(source) || isPlatformObservable(source)
      ? pull(source as Iterable<I>)
      : isPromise(source)
        ? pull(one(source as PromiseLike<I>))
        : from(source as ObservableInput<I>)

/** A promise is work that was given, as an iterable is. */
async function* one<I>(promise: PromiseLike<I>): AsyncGenerator<I> {
  yield await promise
}

const isPromise = (source: unknown): source is PromiseLike<never> =>
  typeof (source as { readonly then?: unknown } | null)?.then === 'function'

const isIterable = (source: unknown): source is Iterable<never> | AsyncIterable<never> =>
  typeof source === 'object' &&
  source !== null &&
  (Symbol.iterator in source || Symbol.asyncIterator in source)
