/**
 * `bullmq()`: workers on other machines. Instructions become BullMQ jobs on Redis; `rxboss work`, or `consume`, on any
 * number of machines does them with a crew of its own.
 */

import { randomUUID } from 'node:crypto'
import type { Crew } from '../crew.ts'
import { defaultPayloadMB, queueIdleMs } from '../limits.ts'
import { QueueClient } from './queue-client.ts'
import { bullMq, checkConnection, checkQueue, type RedisConnection } from './redis.ts'
import { RemoteLane } from './remote-lane.ts'

/** Options of {@link bullmq}. */
export interface BullmqOptions {
  /** A URL, as in `redis://host:6379`, or options of ioredis. */
  readonly connection: RedisConnection
  /** The queue's name in Redis. Consumers name the same. */
  readonly queue: string
  /** What all keys in Redis begin with. Default `bull`, as in BullMQ and bull-board. */
  readonly prefix?: string
  /** Most instructions (with `pack`: jobs) under way at once. Default: as many as the scheduler lets run. */
  readonly size?: number
  /** So many instructions go in one job, where they are tiny. They share the fate of the machine. Default 1. */
  readonly pack?: number
  /** Most megabytes of one job. Default 8. */
  readonly payloadMB?: number
  /**
   * Names the run. A boss with the same name and the same instructions, in the same order, takes over what an earlier
   * one left in the queue. A function is asked when the first lane opens. Default: a name that nobody else has.
   */
  readonly run?: string | (() => string)
  /** At most `max` jobs begin per `duration` milliseconds, on all consumers of this queue together. Kept in Redis. */
  readonly rateLimit?: { readonly max: number; readonly duration: number }
}

/**
 * Workers on other machines, by way of a BullMQ queue on Redis.
 *
 * The scheduler's limit says how many instructions are under way, not how many threads there are: give it more than the
 * consumers have threads, so that they never wait for the boss. Nothing is connected until there is work.
 *
 * @throws {TypeError} at once, for an option that cannot be meant
 * @throws at once, when bullmq or ioredis is not installed
 *
 * @example
 * new Boss({ workers: [primes], scheduler: maxThreads(64), crew: bullmq({ connection: 'redis://db', queue: 'pix' }) })
 */
export function bullmq(options: BullmqOptions): Crew {
  const {
    connection,
    queue,
    prefix = 'bull',
    size = Infinity,
    pack = 1,
    payloadMB = defaultPayloadMB,
  } = options
  checkConnection(connection)
  checkQueue(queue)
  const wholeFrom1 = (value: number) => Number.isInteger(value) && value >= 1
  mustBe('size', size, [size === Infinity || wholeFrom1(size), 'a whole number of at least 1'])
  mustBe('pack', pack, [wholeFrom1(pack), 'a whole number of at least 1'])
  mustBe('payloadMB', payloadMB, [payloadMB > 0 && payloadMB <= 500, 'above 0, and at most 500'])
  const { run = randomUUID(), rateLimit: limiter } = options
  if (typeof run === 'string') mustBeRun(run)
  if (limiter !== undefined) {
    mustBe('rateLimit.max', limiter.max, [limiter.max >= 1, 'at least 1'])
    mustBe('rateLimit.duration', limiter.duration, [limiter.duration >= 1, 'milliseconds, at least 1'])
  }
  bullMq()
  const adopts = options.run !== undefined
  let known: string | undefined
  const post = new QueueClient({ connection, queue, prefix, limiter, adopts })
  return {
    name: 'bullmq',
    size,
    min: 0,
    idleMs: queueIdleMs,
    check: () => {},
    open: terms => {
      known ??= typeof run === 'string' ? run : mustBeRun(run())
      return new RemoteLane({ terms, post, run: known, adopts, pack, payloadMB })
    },
  }
}

function mustBe(name: string, value: unknown, [holds, rule]: readonly [boolean, string]): void {
  if (!holds)
    throw new TypeError(`Cannot make a crew of a queue with ${name} ${value}: '${name}' must be ${rule}`)
}

function mustBeRun(run: string): string {
  mustBe('run', run, [/^[\w-]+$/.test(run), 'letters, digits, _ and -'])
  return run
}
