/** One place of a consumer: a local lane that does one job after another, and is opened again when it died. */

import { type ErrorData, errorToData, textOf } from '../../words/error-data.ts'
import { type Failure, unserialisable } from '../../words/failure.ts'
import type { AnyWorker } from '../../worker/worker.ts'
import type { Crew, Job, Lane, LaneEvent, LaneExit, Orders } from '../crew.ts'
import {
  type Death,
  type JobAnswer,
  type Order,
  type Outcome,
  type Saying,
  type Where,
  wordsVersion,
} from './messages.ts'
import { pack, unpack } from './payload-codec.ts'

export interface SlotTerms {
  readonly crew: Crew
  readonly definitions: readonly AnyWorker[]
  readonly ticket: number
  readonly where: Where
  readonly payloadMB: number
}

interface AtWork {
  readonly order: Order
  readonly began: number
  readonly answers: (JobAnswer | null)[]
  readonly attributes: unknown[]
  /** What makes an instruction a failure whatever it answers: a note that cannot travel. */
  readonly spoilt: Map<Job, Failure>
  open: number
  said: number
  readonly say: (saying: Saying) => void
  readonly finish: (death?: Death) => void
}

export class Slot {
  /** Threads that are stuck in native code. */
  leftBehind = 0
  readonly #terms: SlotTerms
  #lane: Lane | undefined
  #atWork: AtWork | undefined
  #threadId: number | undefined
  /** Why it is being killed, where that is not what the boss asked for. */
  #accident: string | undefined

  constructor(terms: SlotTerms) {
    this.#terms = terms
  }

  get where(): Where {
    return { ...this.#terms.where, ...(this.#threadId !== undefined && { threadId: this.#threadId }) }
  }

  /** Opens its place ahead of the first job. Resolves once it is ready, or has failed: the first job will say so. */
  warm(): Promise<void> {
    return new Promise(resolve => {
      this.#opened = resolve
      if (this.#lane === undefined) this.#open()
    })
  }

  /** Does a job. Never rejects. */
  perform(order: Order, say: (saying: Saying) => void): Promise<Outcome> {
    return new Promise(resolve => {
      const began = performance.now()
      const count = order.instructions.length
      const answers = new Array<JobAnswer | null>(count).fill(null)
      this.#accident = undefined
      const atWork: AtWork = {
        order,
        began,
        answers,
        attributes: order.instructions.map(({ attributes }) => unpack(attributes)),
        spoilt: new Map(),
        open: count,
        said: 0,
        say,
        finish: death => {
          this.#atWork = undefined
          resolve({
            v: wordsVersion,
            where: this.where,
            ms: performance.now() - began,
            said: atWork.said,
            answers,
            ...(death !== undefined && { death }),
          })
        },
      }
      this.#atWork = atWork
      const lane = this.#lane ?? this.#open()
      for (let job = 0; job < count; job++) lane.give(job)
      lane.keepAlive(true)
    })
  }

  abort(job: Job, reason: unknown): void {
    const lane = this.#lane
    if (lane === undefined || this.#atWork?.answers[job] !== null) return
    if (!lane.withdraw(job)) return lane.abort(job, reason)
    const { worker } = this.#atWork.order.instructions[job] as Order['instructions'][number]
    this.#fail(job, neverBegan(worker, reason), { at: this.#since(), ms: 0 })
  }

  abortAll(reason: unknown): void {
    const count = this.#atWork?.answers.length ?? 0
    for (let job = 0; job < count; job++) this.abort(job, reason)
  }

  /** Ends its thread now. @param accident  why, unless the boss asked for it */
  kill(accident?: string): void {
    this.#accident ??= accident
    this.#lane?.terminate()
  }

  /** Nothing is at work any more: its thread ends, teardowns included. */
  close(): Promise<void> {
    this.#ending = true
    const lane = this.#lane
    if (lane === undefined) return Promise.resolve()
    return new Promise(resolve => {
      this.#closed = resolve
      lane.close()
    })
  }

  #released: Extract<LaneEvent, { type: 'released' }> | undefined
  #ending = false
  #opened: (() => void) | undefined
  #closed: (() => void) | undefined

  #open(): Lane {
    const { crew, definitions, ticket } = this.#terms
    const lane = crew.open({
      ticket,
      definitions,
      orders: this.#orders(),
      hooks: [],
      graceMs: 2000,
      ahead: true,
    })
    this.#lane = lane
    lane.events$.subscribe(event => this.#hear(event))
    return lane
  }

  #orders(): Orders {
    const given = (job: Job) => this.#atWork?.order.instructions[job]
    const { definitions } = this.#terms
    return {
      definitionOf: job => definitions.findIndex(({ name }) => name === given(job)?.worker),
      idOf: job => given(job)?.id ?? 0,
      attemptOf: job => given(job)?.attempt ?? 1,
      attributesOf: job => this.#atWork?.attributes[job],
      nameOf: job => given(job)?.name,
      traceparentOf: job => given(job)?.traceparent,
      resourcesOf: job => given(job)?.resources,
      environmentOf: job => given(job)?.environment,
    }
  }

  #hear(event: LaneEvent): void {
    switch (event.type) {
      case 'ready':
        this.#threadId = event.threadId
        this.#opened?.()
        return
      case 'done':
        for (const [i, job] of event.jobs.entries())
          this.#succeed(job, event.results[i], {
            at: this.#since(event.began[i]),
            ms: event.workMs[i] as number,
          })
        return
      case 'failed':
        return this.#fail(event.job, event.failure, { at: this.#since(event.began), ms: event.workMs })
      case 'note':
        return this.#note(event.job, event.note)
      case 'log':
        return this.#say({
          print: event.text,
          stream: event.stream,
          ...(event.job !== undefined && { of: event.job }),
        })
      case 'exit':
        return this.#died(event)
      case 'released':
        this.#released = event // told with the exit, which follows
        return
      case 'nonsense':
        return // of a thread of ours: its books are right without it
      default:
        return event satisfies never
    }
  }

  #since(moment = performance.now()): number {
    return Math.max(0, moment - (this.#atWork?.began ?? moment))
  }

  #succeed(job: Job, result: unknown, times: { at: number; ms: number }): void {
    const spoilt = this.#atWork?.spoilt.get(job)
    if (spoilt !== undefined) return this.#fail(job, spoilt, times)
    try {
      const packed = pack(result, 'result')
      this.#mustFit(packed, 'result')
      this.#answer(job, { result: packed, ...times })
    } catch (error) {
      this.#fail(job, this.#untransportable(job, 'result', error), times)
    }
  }

  #fail(job: Job, failure: Failure, times: { at: number; ms: number }): void {
    this.#answer(job, { failure: pack(failure, 'failure'), code: failure.code, ...times })
  }

  #answer(job: Job, answer: JobAnswer): void {
    const atWork = this.#atWork
    if (atWork === undefined || atWork.answers[job] !== null) return
    atWork.answers[job] = answer
    atWork.open--
    if (atWork.open === 0) atWork.finish()
  }

  #note(job: Job, note: unknown): void {
    try {
      const packed = pack(note, 'note')
      this.#mustFit(packed, 'note')
      this.#say({ note: packed, of: job })
    } catch (error) {
      this.#atWork?.spoilt.set(job, this.#untransportable(job, 'note', error))
    }
  }

  #say(saying: Saying): void {
    if (this.#atWork === undefined) return
    this.#atWork.said++
    this.#atWork.say(saying)
  }

  #mustFit(packed: unknown, what: string): void {
    const size = JSON.stringify(packed)?.length ?? 0
    const { payloadMB } = this.#terms
    if (size > payloadMB * 2 ** 20)
      throw new RangeError(
        `${what}: it takes ${(size / 2 ** 20).toFixed(1)} MB, and may take ${payloadMB} MB. Answer with a reference (a path, a URL, a key) instead, or raise 'payloadMB' of the consumer`,
      )
  }

  #untransportable(job: Job, what: string, error: unknown): Failure {
    const worker = this.#atWork?.order.instructions[job]?.worker ?? ''
    return unserialisable(`The ${what} of worker "${worker}"`, (error as Error).message, errorToData(error))
  }

  #died(exit: LaneExit): void {
    if (exit.stuck) this.leftBehind++
    this.#lane = undefined
    this.#opened?.()
    this.#closed?.()
    // The next job finds it ready. One that cannot start, or was told to close, is not tried again by itself.
    if (exit.why !== 'failedToStart')
      setImmediate(() => {
        if (!this.#ending) void this.warm()
      })
    const atWork = this.#atWork
    if (atWork === undefined) return
    const released = this.#released
    this.#released = undefined
    const open = (which: 'begun' | 'queued' | 'lost') =>
      [...(released?.[which] ?? []), ...exit[which]].filter(job => atWork.answers[job] === null)
    const accident = exit.why === 'closed' ? this.#accident : undefined
    atWork.finish({
      why: accident === undefined ? exit.why : 'crashed',
      reason: accident ?? exit.reason,
      ...(exit.exitCode !== undefined && { exitCode: exit.exitCode }),
      ...(exit.error !== undefined && { error: plain(exit.error) }),
      begun: open('begun'),
      queued: open('queued'),
      lost: open('lost'),
    })
  }
}

/** Error data whose fields are plain JSON, since a death is read as it is. */
const plain = (error: ErrorData): ErrorData =>
  JSON.parse(JSON.stringify(error, (_, v) => (typeof v === 'bigint' ? `${v}n` : v)))

const neverBegan = (worker: string, reason: unknown): Failure => ({
  code: 'threw',
  what: `Worker "${worker}" did not begin`,
  why: `it was stopped before: ${textOf(reason)}`,
  remedy: 'Give it again',
})
