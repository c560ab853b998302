/**
 * What a program says, each line looked at before it is believed, as its lane hears it: answers that come side by side are one
 * message, and what it printed by mistake is a line of its log.
 */

import type { ErrorData } from '../../words/error-data.ts'
import { type Failure, refused, threw, unserialisable } from '../../words/failure.ts'
import type { LaneTerms } from '../crew.ts'
import type { JobStanding } from '../lane/claims.ts'
import { type ToMain, toMain } from '../lane/wire.ts'
import { decodeValue } from './program-values.ts'
import type { FromProgram, HeardLine, ProgramHello } from './program-words.ts'

export interface EarTerms {
  readonly receive: (message: ToMain) => void
  readonly hello: (hello: ProgramHello) => void
  /** What was cancelled before it began has begun. */
  readonly begunStray: (n: number) => void
  /** It cannot go on with this program. */
  readonly fault: (why: string) => void
}

type Of<T extends FromProgram['type']> = Extract<FromProgram, { type: T }>

/** Results side by side, not told yet. */
interface ResultsRun {
  readonly first: number
  readonly began: number
  readonly groups: number[]
  readonly values: unknown[]
}

export class ProgramEar {
  /** Where its files lie. */
  folder: string | undefined
  /** Its hello was heard, and is fine. */
  met = false
  readonly #lane: LaneTerms
  readonly #terms: EarTerms
  /** The definition of each job that has no answer, in order. */
  readonly #expected = new Map<number, number>()
  /** Jobs that nobody waits for any more, and of which it may still speak. */
  readonly #strays = new Set<number>()
  /** The last job that it has begun, and when. */
  #begun = { n: -1, at: 0 }
  #run: ResultsRun | undefined
  #ready = false

  constructor(lane: LaneTerms, terms: EarTerms) {
    this.#lane = lane
    this.#terms = terms
  }

  // -- what is known of jobs ---------------------------------------------------------------------------------------------

  expect(n: number, definition: number): void {
    this.#expected.set(n, definition)
  }

  atWork(): { readonly n: number; readonly at: number } | undefined {
    return this.#expected.has(this.#begun.n) ? this.#begun : undefined
  }

  isStray(n: number): boolean {
    return this.#strays.has(n)
  }

  /** Waits no longer for a job that others are before. False: it has begun, or may have. */
  forgo(n: number): boolean {
    if (n <= this.#begun.n || n === this.#firstExpected() || !this.#expected.delete(n)) return false
    this.#strays.add(n)
    return true
  }

  #firstExpected(): number | undefined {
    for (const n of this.#expected.keys()) return n
    return undefined
  }

  /** How far a job without an answer had come when its program ended. */
  standingOf(n: number): JobStanding {
    if (n > this.#begun.n) return 'queued'
    return n === this.#begun.n ? 'begun' : 'finished' // it went on to another, and owed its answer
  }

  // -- hearing -----------------------------------------------------------------------------------------------------------

  hear(heard: HeardLine): void {
    if (heard.is === 'print') return this.print('stdout', `${heard.text}\n`)
    if (heard.before !== '') this.print('stdout', `${heard.before}\n`)
    if (heard.is === 'broken') return this.#broken(heard.why, heard.n)
    const { message, special } = heard
    if (message.type === 'hello') return this.#terms.hello(message)
    if (message.type === 'ready') return this.#isReady()
    this.#hearMore(message, special)
  }

  #hearMore(message: Exclude<FromProgram, Of<'hello' | 'ready'>>, special: boolean): void {
    switch (message.type) {
      case 'result':
        return this.#result(message, special)
      case 'begun':
        return this.#begins(message.n)
      case 'note':
        return this.#note(message, special)
      case 'failure':
        return this.#failure(message, special)
      case 'log':
        return this.print(message.stream ?? 'stdout', message.text)
      case 'askable':
        if (!this.#strays.has(message.n)) this.#tell([toMain.askable, message.n])
        return
      case 'pong':
        return
      default:
        message satisfies never
    }
  }

  #isReady(): void {
    if (!this.met) return this.#terms.fault('it said that it is ready before it said hello')
    this.#ready = true
    this.#tell([toMain.ready])
  }

  #begins(n: number): void {
    if (this.#strays.has(n)) this.#terms.begunStray(n)
    else if (!this.#expected.has(n) || n <= this.#begun.n)
      return this.#nonsense(`it said that it has begun job number ${n}, which is not here`)
    this.#begun = { n, at: performance.now() }
  }

  #result(message: Of<'result'>, special: boolean): void {
    const { n } = message
    if (this.#strays.delete(n)) return
    let value: unknown
    try {
      value = decodeValue(message.value, special, this.folder)
    } catch (error) {
      return this.#broken((error as Error).message, n)
    }
    const now = performance.now()
    const ms = message.ms ?? Math.max(0, now - this.#beganAt(n, now))
    const run = this.#run
    if (run !== undefined && n === run.first + run.values.length) {
      run.values.push(value)
      run.groups.push(1, ms)
    } else {
      this.flush()
      this.#run = { first: n, began: now - ms, groups: [1, ms], values: [value] }
    }
    this.#expected.delete(n)
  }

  #note({ n, value }: Of<'note'>, special: boolean): void {
    if (this.#strays.has(n)) return
    try {
      this.#tell([toMain.note, n, decodeValue(value, special, this.folder)])
    } catch (error) {
      this.#nonsense(`a note of job number ${n}: ${(error as Error).message}`)
    }
  }

  #failure(message: Of<'failure'>, special: boolean): void {
    const { n } = message
    if (!this.#strays.delete(n)) this.#fail(n, this.#failureOf(message, special), message.ms)
  }

  #failureOf({ n, code, name, message, stack, fields, cause }: Of<'failure'>, special: boolean): Failure {
    const worker = this.#workerOf(n)
    let more: { fields?: object; cause?: unknown }
    try {
      more = decodeValue(
        { fields, ...(cause !== undefined && { cause }) },
        special,
        this.folder,
      ) as typeof more
    } catch (broken) {
      more = { fields: { unreadable: (broken as Error).message } }
    }
    const { fields: own, ...rest } = more
    const error: ErrorData = { ...own, name, message, ...(stack !== undefined && { stack }), ...rest }
    if (code === 'refused') return { ...refused(worker, message), error }
    return code === 'unserialisable'
      ? unserialisable(`What "${worker}" made`, message, error)
      : threw(worker, error)
  }

  #fail(n: number, failure: Failure, ms?: number): void {
    const now = performance.now()
    const began = this.#beganAt(n, now)
    this.#expected.delete(n)
    this.#tell([toMain.failed, n, failure, began, ms ?? Math.max(0, now - began)])
  }

  /** A message that cannot be read: whoever it speaks of must not wait for it, and others are not concerned. */
  #broken(why: string, told: number | undefined): void {
    const n = told ?? this.atWork()?.n
    if (!this.#ready) return this.#terms.fault(`it said what cannot be read: ${why}`)
    if (n !== undefined && this.#strays.delete(n)) return
    if (n === undefined || !this.#expected.has(n)) return this.#nonsense(why)
    this.#fail(n, unserialisable(`What "${this.#workerOf(n)}" made`, why))
  }

  #beganAt(n: number, now: number): number {
    return n === this.#begun.n ? this.#begun.at : now
  }

  #workerOf(n: number): string {
    return this.#lane.definitions[this.#expected.get(n) ?? 0]?.name ?? ''
  }

  // -- telling -----------------------------------------------------------------------------------------------------------

  print(stream: 'stdout' | 'stderr', text: string): void {
    this.#tell([toMain.log, stream, text, this.atWork()?.n ?? -1])
  }

  #nonsense(why: string): void {
    this.#tell([toMain.nonsense, why])
  }

  #tell(message: ToMain): void {
    this.flush()
    this.#terms.receive(message)
  }

  /** Tells the results that came side by side. */
  flush(): void {
    const run = this.#run
    if (run === undefined) return
    this.#run = undefined
    this.#terms.receive([toMain.results, run.first, run.began, run.groups, run.values])
  }
}
