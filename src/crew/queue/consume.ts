/**
 * A consumer: takes jobs from a queue, does them with a crew of its own, and says how they ended.
 *
 *     queue ──► BullMQ's Worker ──► a free slot ──► a thread
 *       ▲            │ renews locks: its loop is free, since the work is elsewhere
 *       └─ outcome ──┘
 *     control channel ──► abort, kill: whoever holds the job obeys
 */

import { hostname } from 'node:os'

import type { Job as QueueJob, Worker as QueueWorker } from 'bullmq'
import type { Redis } from 'ioredis'

import { restoreError } from '../../words/error-data.ts'
import { type Failure, failureToError, refused } from '../../words/failure.ts'
import type { AnyWorker } from '../../worker/worker.ts'
import type { Crew } from '../crew.ts'
import { defaultLockMs, defaultPayloadMB, earlyAbortMs } from '../limits.ts'
import { threads } from '../threads/threads.ts'
import {
  type ControlMessage,
  controlChannel,
  type Death,
  isOrder,
  type Order,
  type Outcome,
  type Where,
  wordsVersion,
} from './messages.ts'
import { pack, unpack } from './payload-codec.ts'
import { ProgressChannel } from './progress-channel.ts'
import {
  addressOf,
  bullMq,
  checkConnection,
  checkQueue,
  connect,
  isRefusal,
  type RedisConnection,
  whyOf,
} from './redis.ts'
import { Slot } from './slot.ts'

/** Options of {@link consume}. */
export interface ConsumeOptions {
  /** What this machine can do. A job for another worker, or another version of one, is refused. */
  readonly workers: AnyWorker | readonly AnyWorker[]
  readonly connection: RedisConnection
  readonly queue: string
  readonly prefix?: string
  /** Where the work is done. Default: threads. */
  readonly crew?: Crew
  /** How many jobs at once. Default: as many as this machine runs in parallel. */
  readonly jobs?: number
  /** After so many milliseconds without a sign of this machine, its jobs count as crashed. Default 10,000. */
  readonly lockMs?: number
  /** How often each consumer looks for jobs of dead ones, in milliseconds. Default half of `lockMs`. */
  readonly stalledMs?: number
  /** Most megabytes of a result or a note. Default 8. */
  readonly payloadMB?: number
  /** Told what people should know: Redis is away, a job was refused. */
  readonly notice?: (text: string) => void
}

/** What {@link consume} returns. */
export interface Consumer {
  /** As it appears in every view: `host:pid`. */
  readonly name: string
  /** How many jobs are at work here. */
  readonly busy: number
  readonly done: number
  /** How many of its threads are stuck in native code, and were left behind: the end of this process would wait for them. */
  readonly leftBehind: number
  /** Takes no more, finishes what it holds, and lets go. @param graceMs  what takes longer is cut: an accident */
  close(graceMs?: number): Promise<void>
}

/**
 * Works for whoever gives instructions to this queue, until it is closed. Resolves once Redis takes it as a consumer;
 * while Redis is away it waits, and says so.
 *
 * @throws {TypeError} at once (rejects), for an option that cannot be meant
 * @throws (rejects) when Redis refuses the connection, or a package is not installed
 *
 * @example
 * const consumer = await consume({ workers: [primes], connection: 'redis://db', queue: 'pix', jobs: 8 })
 * process.once('SIGTERM', () => consumer.close(30_000))
 */
export async function consume(options: ConsumeOptions): Promise<Consumer> {
  checkConnection(options.connection)
  checkQueue(options.queue)
  const { jobs = (await import('node:os')).availableParallelism() } = options
  if (!(Number.isInteger(jobs) && jobs >= 1))
    throw new TypeError(`Cannot consume with jobs ${jobs}: 'jobs' must be a whole number of at least 1`)
  const consumer = new QueueConsumer(options, jobs)
  await consumer.opened
  return consumer
}

class QueueConsumer implements Consumer {
  readonly name: string
  readonly opened: Promise<void>
  done = 0
  readonly #where: Where
  readonly #definitions: readonly AnyWorker[]
  readonly #queue: string
  readonly #notice: (text: string) => void
  readonly #slots: Slot[]
  readonly #free: Slot[]
  readonly #holding = new Map<string, Slot>()
  /** What was asked of jobs that were not here, since their news may be slower than a word to all. */
  readonly #early = new Map<string, { readonly control: ControlMessage; readonly at: number }>()
  readonly #client: Redis
  readonly #control: Redis
  readonly #worker: QueueWorker
  #away = false
  #closing: Promise<void> | undefined

  constructor(options: ConsumeOptions, jobs: number) {
    const {
      connection,
      queue,
      prefix = 'bull',
      crew = threads(),
      lockMs = defaultLockMs,
      stalledMs = lockMs / 2,
    } = options
    this.#definitions = [options.workers].flat() as AnyWorker[]
    crew.check(this.#definitions)
    this.#queue = queue
    this.#where = { host: hostname(), pid: process.pid }
    this.name = `${this.#where.host}:${process.pid}`
    this.#notice = options.notice ?? (() => {})
    const { payloadMB = defaultPayloadMB } = options
    const where = this.#where
    this.#slots = Array.from(
      { length: jobs },
      (_, ticket) => new Slot({ crew, definitions: this.#definitions, ticket, where, payloadMB }),
    )
    this.#free = [...this.#slots]
    const { Worker } = bullMq()
    const place = addressOf(connection)
    this.#client = connect(connection)
    this.#control = connect(connection)
    this.#control.on('error', () => {})
    this.#worker = new Worker(queue, job => this.#process(job), {
      connection: this.#client,
      prefix,
      name: this.name,
      concurrency: jobs,
      lockDuration: lockMs,
      stalledInterval: stalledMs,
      runRetryDelay: 1000,
      autorun: false,
    })
    this.#worker.on('error', () => {}) // told by the client
    this.#worker.on('lockRenewalFailed', ids => this.#lostLocks(ids))
    this.opened = this.#open(place, controlChannel(prefix, queue))
  }

  get busy(): number {
    return this.#holding.size
  }

  get leftBehind(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.leftBehind, 0)
  }

  async #open(place: string, channel: string): Promise<void> {
    const refusal = new Promise<never>((_, reject) => {
      this.#client.on('error', error => {
        if (isRefusal(error))
          reject(
            new Error(
              `Redis at ${place} refused this consumer: ${whyOf(error)}. Correct the URL's user and password`,
            ),
          )
        else this.#lost(place, error)
      })
    })
    refusal.catch(() => {})
    this.#client.on('close', () => this.#lost(place, new Error('the connection was closed')))
    this.#client.on('ready', () => this.#back(place))
    try {
      await Promise.race([refusal, this.#worker.waitUntilReady()])
      this.#control.on('message', (_, text) => this.#obey(text))
      await Promise.race([refusal, this.#control.subscribe(channel)])
    } catch (error) {
      await this.#letGo()
      throw error
    }
    // One after another, and before any job: many that start at once would keep each other, and jobs, waiting.
    for (const slot of this.#slots) await slot.warm()
    this.#worker.run().catch(error => this.#notice(`it stopped taking jobs: ${whyOf(error)}`))
  }

  #lost(place: string, error: unknown): void {
    if (this.#away || this.#closing !== undefined) return
    this.#away = true
    this.#notice(`Redis at ${place} is away (${whyOf(error)}): waiting for it`)
  }

  #back(place: string): void {
    if (!this.#away) return
    this.#away = false
    this.#notice(`Redis at ${place} is back`)
  }

  // -- jobs --------------------------------------------------------------------------------------------------------------

  async #process(job: QueueJob): Promise<Outcome> {
    const id = job.id as string
    const order: unknown = job.data
    if (!isOrder(order))
      throw new Error(`This job is none of rxboss's, or of another version of it: ${job.name}`)
    const channel = new ProgressChannel(progress => job.updateProgress(progress))
    const outcome = await this.#outcomeOf(job, order, channel)
    await channel.finish()
    this.#holding.delete(id)
    this.done++
    const wrong = whatIsWrong(outcome)
    if (wrong === undefined) return outcome
    // BullMQ keeps only the message of an error: the whole outcome goes ahead of it.
    await job.updateProgress({ v: wordsVersion, outcome })
    throw wrong
  }

  async #outcomeOf(job: QueueJob, order: Order, channel: ProgressChannel): Promise<Outcome> {
    const id = job.id as string
    const all = order.instructions.map((_, i) => i)
    if (job.attemptsStarted > 1)
      return this.#unbegun(order, {
        why: 'crashed',
        reason: `the consumer that had it${job.processedBy ? ` (${job.processedBy})` : ''} died, or lost its connection for too long; found`,
        begun: all,
        queued: [],
        lost: [],
      })
    const refusals = order.instructions.map(one => this.#whyNot(one))
    if (refusals.some(one => one !== undefined)) return this.#refuse(order, refusals)
    const slot = this.#free.pop() as Slot
    try {
      this.#holding.set(id, slot)
      const work = slot.perform(order, saying => channel.say(saying))
      const tellWhere = setTimeout(() => channel.isAt(slot.where), 200)
      const early = this.#early.get(id)
      if (early !== undefined) this.#do(early.control, slot)
      const outcome = await work
      clearTimeout(tellWhere)
      return outcome
    } finally {
      this.#holding.delete(id)
      this.#free.push(slot)
    }
  }

  #unbegun({ instructions }: Order, death: Death): Outcome {
    return {
      v: wordsVersion,
      where: this.#where,
      ms: 0,
      said: 0,
      answers: instructions.map(() => null),
      death,
    }
  }

  #whyNot({ worker, version }: Order['instructions'][number]): string | undefined {
    const mine = this.#definitions.find(({ name }) => name === worker)
    const names = this.#definitions.map(({ name }) => `"${name}"`).join(', ')
    if (mine === undefined)
      return `consumer ${this.name} on queue "${this.#queue}" has no such worker, but ${names}`
    if (mine.version === version) return undefined
    const said = (one: string | undefined) => (one === undefined ? 'no version' : `version ${one}`)
    return `consumer ${this.name} on queue "${this.#queue}" has ${said(mine.version)} of it, and the boss asks for ${said(version)}`
  }

  #refuse({ instructions }: Order, refusals: readonly (string | undefined)[]): Outcome {
    const answers = instructions.map(({ worker }, i) => {
      const why = refusals[i] ?? 'another instruction of its pack was refused here'
      const failure: Failure = {
        ...refused(worker, why),
        remedy: 'Start consumers with the same worker files as the boss, and stop the older ones',
      }
      return { failure: pack(failure, 'failure'), code: 'refused', at: 0, ms: 0 }
    })
    this.#notice(`refused a job: ${refusals.find(one => one !== undefined)}`)
    return { v: wordsVersion, where: this.#where, ms: 0, said: 0, answers }
  }

  /** Others may have these jobs by now: what is done here must end, and BullMQ takes no answer for them. */
  #lostLocks(ids: readonly string[]): void {
    for (const id of ids) {
      const slot = this.#holding.get(id)
      if (slot === undefined) continue
      this.#notice(`lost the lock of job ${id}: it is stopped here`)
      slot.abortAll(new Error('its consumer lost the lock of this job'))
      setTimeout(() => {
        if (this.#holding.get(id) === slot) slot.kill('its consumer lost the lock of this job')
      }, 2000).unref()
    }
  }

  // -- what bosses ask ---------------------------------------------------------------------------------------------------

  #obey(text: string): void {
    let control: ControlMessage
    try {
      control = JSON.parse(text) as ControlMessage
    } catch {
      return // none of ours
    }
    const slot = this.#holding.get(control.job)
    if (slot !== undefined) return this.#do(control, slot)
    const now = performance.now()
    for (const [job, { at }] of this.#early) {
      if (now - at < earlyAbortMs) break
      this.#early.delete(job)
    }
    this.#early.set(control.job, { control, at: now })
  }

  #do(control: ControlMessage, slot: Slot): void {
    if (control.do === 'kill') return slot.kill()
    const reason = unpack(control.reason)
    slot.abort(control.of, control.isError ? restoreError(reason as never) : reason)
  }

  // -- ending ------------------------------------------------------------------------------------------------------------

  close(graceMs = Infinity): Promise<void> {
    if (Number.isFinite(graceMs)) {
      setTimeout(() => {
        for (const slot of this.#holding.values()) slot.kill(`its consumer ${this.name} was stopped`)
      }, graceMs).unref()
    }
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#worker.close()
    await Promise.all(this.#slots.map(slot => slot.close()))
    await this.#letGo()
  }

  async #letGo(): Promise<void> {
    this.#closing ??= Promise.resolve()
    this.#client.disconnect()
    this.#control.disconnect()
    await this.#worker.close(true).catch(() => {})
  }
}

/** What people should see of a job in bull-board as its failure; `undefined` where it has results. */
function whatIsWrong({ answers, death }: Outcome): Error | undefined {
  if (death !== undefined) return new Error(`${death.why}: ${death.reason}`)
  const [only] = answers
  if (answers.length !== 1 || !only || !('failure' in only)) return undefined
  return failureToError(unpack(only.failure) as Failure)
}
