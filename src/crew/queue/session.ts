/**
 * The connections to Redis that all lanes of a crew share, from the first lane to the last: one for commands, one that
 * listens for events. What they say, and whether Redis is there at all, is told to the client of the queue.
 */

import type { Queue, QueueEvents } from 'bullmq'
import type { Redis } from 'ioredis'
import { keptEvents, truthEveryMs } from '../limits.ts'
import { addressOf, bullMq, connect, isRefusal, type RedisConnection, whyOf } from './redis.ts'

export interface SessionTerms {
  readonly connection: RedisConnection
  readonly queue: string
  readonly prefix: string
  readonly limiter: { readonly max: number; readonly duration: number } | undefined
}

/** Jobs that Redis need not keep. */
export interface SettledJob {
  readonly id: string
  readonly completed: boolean
}

/** Who hears of the connections. */
export interface SessionEvents {
  connected(): void
  refused(reason: string): void
  notice(text: string): void
  event(type: 'active' | 'progress' | 'completed' | 'failed', job: string, payload: unknown): void
  lookForTruth(): void
  nobodyBegan(): boolean
}

export class Session {
  readonly queue: Queue
  readonly client: Redis
  ready = false
  readonly #place: string
  readonly #events: SessionEvents
  #listener: QueueEvents | undefined
  #listening: Redis | undefined
  #alive = true
  #away = false
  #closed = false
  #saidAlone = false
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #removals = new Map<string, Promise<void>>()

  constructor({ connection, queue, prefix, limiter }: SessionTerms, events: SessionEvents) {
    const { Queue } = bullMq()
    this.#events = events
    this.#place = addressOf(connection)
    this.client = connect(connection)
    this.client.on('error', error => this.#lost(error))
    this.client.on('close', () => this.#lost(new Error('the connection was closed')))
    this.client.on('connect', () => this.#applyAlive())
    this.client.on('ready', () => this.#back())
    this.queue = new Queue(queue, {
      connection: this.client,
      prefix,
      streams: { events: { maxLen: keptEvents } },
    })
    this.queue.on('error', () => {}) // told by the client
    this.#every(truthEveryMs, () => this.#look(queue))
    void this.#open(connection, { queue, prefix, limiter })
  }

  async #open(
    connection: RedisConnection,
    { queue, prefix, limiter }: Omit<SessionTerms, 'connection'>,
  ): Promise<void> {
    try {
      await this.queue.waitUntilReady()
      await this.#checkMemoryPolicy()
      if (limiter !== undefined) await this.queue.setGlobalRateLimit(limiter.max, limiter.duration)
      const last = await this.client.xrevrange(`${prefix}:${queue}:events`, '+', '-', 'COUNT', 1)
      if (this.#closed) return
      this.#listening = connect(connection)
      this.#listening.on('error', () => {})
      this.#listening.on('connect', () => this.#applyAlive())
      const { QueueEvents } = bullMq()
      this.#listener = new QueueEvents(queue, {
        connection: this.#listening,
        prefix,
        lastEventId: last[0]?.[0] ?? '0-0',
      })
      this.#listener.on('error', () => {})
      this.#listener.on('active', ({ jobId }) => this.#events.event('active', jobId, undefined))
      this.#listener.on('progress', ({ jobId, data }) => this.#events.event('progress', jobId, data))
      this.#listener.on('completed', ({ jobId, returnvalue }) =>
        this.#events.event('completed', jobId, returnvalue),
      )
      this.#listener.on('failed', ({ jobId, failedReason }) =>
        this.#events.event('failed', jobId, failedReason),
      )
      this.ready = true
      this.#applyAlive()
      this.#events.connected()
    } catch (error) {
      if (!this.#closed && !isRefusal(error)) this.#events.refused(`${this.#place}: ${whyOf(error)}`)
    }
  }

  async #checkMemoryPolicy(): Promise<void> {
    const policy = /maxmemory_policy:(\S+)/.exec(await this.client.info('memory'))?.[1]
    if (policy === undefined || policy === 'noeviction') return
    this.#events.notice(
      `Redis at ${this.#place} may throw jobs away when its memory is full (maxmemory-policy ${policy}). Set it to noeviction`,
    )
  }

  #lost(error: unknown): void {
    if (this.#closed) return
    if (isRefusal(error)) return this.#events.refused(`Redis at ${this.#place} refused: ${whyOf(error)}`)
    if (this.#away) return
    this.#away = true
    this.#events.notice(
      `Redis at ${this.#place} is away (${whyOf(error)}): instructions wait, and go on when it is back`,
    )
  }

  #back(): void {
    if (!this.#away) return
    this.#away = false
    this.#events.notice(`Redis at ${this.#place} is back`)
    if (this.ready) this.#events.connected()
  }

  #look(queue: string): void {
    if (!this.ready || this.#away) return
    this.#events.lookForTruth()
    if (!this.#events.nobodyBegan()) {
      this.#saidAlone = false
      return
    }
    if (this.#saidAlone) return
    void this.queue.getWorkersCount().then(
      count => {
        if (count > 0 || this.#closed) return
        this.#saidAlone = true
        this.#events.notice(
          `nobody works on queue "${queue}" at ${this.#place}. Start a consumer: rxboss work <worker files> --redis ${this.#place} --queue ${queue}`,
        )
      },
      () => {},
    )
  }

  later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.add(timer)
  }

  #every(ms: number, run: () => void): void {
    this.#timers.add(setInterval(run, ms).unref())
  }

  /**
   * Many in one go; each is tried once, and what is left over goes with the queue's `keptSeconds`. What has completed, and
   * has neither parent nor children, is two commands for all: BullMQ's own removal is a script for each.
   */
  remove(settled: readonly SettledJob[]): Promise<unknown> {
    const completed = settled.filter(one => one.completed).map(({ id }) => id)
    const others = settled.filter(one => !one.completed).map(({ id }) => id)
    const removals = others.map(id => this.#track([id], this.queue.remove(id)))
    if (completed.length > 0) {
      const key = (id: string) => this.queue.toKey(id)
      const gone = this.client
        .multi()
        .zrem(key('completed'), ...completed)
        .del(...completed.map(key))
        .exec()
      removals.push(this.#track(completed, gone))
    }
    return Promise.all(removals)
  }

  #track(ids: readonly string[], removing: Promise<unknown>): Promise<void> {
    const over = () => {
      for (const id of ids) this.#removals.delete(id)
    }
    const removal = removing.then(over, over)
    for (const id of ids) this.#removals.set(id, removal)
    return removal
  }

  /** Resolves when none of these is being removed any more. */
  async removed(ids: readonly string[]): Promise<void> {
    const underWay = ids.flatMap(id => this.#removals.get(id) ?? [])
    if (underWay.length > 0) await Promise.all(underWay)
  }

  keepAlive(alive: boolean): void {
    if (this.#alive === alive) return
    this.#alive = alive
    this.#applyAlive()
  }

  #applyAlive(): void {
    for (const client of [this.client, this.#listening]) {
      const socket = client?.stream as { ref?(): void; unref?(): void } | undefined
      if (this.#alive) socket?.ref?.()
      else socket?.unref?.()
    }
  }

  /** Removes what is settled, if Redis is there to hear it, and lets go. */
  async close(settled: readonly SettledJob[]): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    if (!this.#away && this.ready) {
      await Promise.race([this.remove(settled), new Promise(resolve => setTimeout(resolve, 1000).unref())])
    }
    this.#listening?.disconnect()
    this.client.disconnect()
    await this.#listener?.close().catch(() => {})
    await this.queue.close().catch(() => {})
  }
}
