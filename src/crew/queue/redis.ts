/** Redis and BullMQ: loaded only when somebody asks for a queue, and never shown with its password. */

import { createRequire } from 'node:module'

import type { Redis, RedisOptions } from 'ioredis'

/** A URL (`redis://`, `rediss://`), or the options of ioredis. */
export type RedisConnection = string | RedisOptions

type BullMq = typeof import('bullmq')
/** Its own type wants options without `undefined` in them, which those of a user may hold. */
type IoRedis = { readonly Redis: new (connection: RedisConnection, options?: RedisOptions) => Redis }

const load = createRequire(import.meta.url)

function loaded<A>(name: string): A {
  try {
    return load(name) as A
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error
    throw new Error(
      `Cannot work through a queue: the package "${name}" is not installed. Install it: npm install bullmq ioredis`,
      { cause: error },
    )
  }
}

/** @throws when it is not installed, saying how to */
export const bullMq = (): BullMq => loaded('bullmq')

/** @throws {TypeError} when the connection cannot be meant; when ioredis is not installed, saying how to */
export function connect(connection: RedisConnection, options: RedisOptions = {}): Redis {
  const { Redis: Client } = loaded<IoRedis>('ioredis')
  const terms: RedisOptions = {
    maxRetriesPerRequest: null,
    connectTimeout: 10_000,
    retryStrategy: times => Math.min(2000, 50 * times),
    ...options,
  }
  return typeof connection === 'string'
    ? new Client(connection, terms)
    : new Client({ ...connection, ...terms })
}

/** @throws {TypeError} when it is neither a Redis URL nor options */
export function checkConnection(connection: unknown): asserts connection is RedisConnection {
  if (typeof connection === 'object' && connection !== null) return
  const url = typeof connection === 'string' && URL.canParse(connection) ? new URL(connection) : undefined
  if (url !== undefined && /^rediss?:$/.test(url.protocol)) return
  throw new TypeError(
    `Cannot work through a queue: 'connection' must be a URL like redis://host:6379 or options of ioredis, got ${
      typeof connection === 'string' ? `"${connection.replace(/\/\/[^/@]*@/, '//…@')}"` : typeof connection
    }`,
  )
}

/** @throws {TypeError} when no queue can have that name */
export function checkQueue(queue: unknown): asserts queue is string {
  if (typeof queue === 'string' && queue !== '' && !queue.includes(':')) return
  throw new TypeError(
    `Cannot work through a queue: 'queue' must be a name without a colon, got ${typeof queue === 'string' ? `"${queue}"` : typeof queue}`,
  )
}

/** Where it is, for people: without user and password. */
export function addressOf(connection: RedisConnection): string {
  if (typeof connection !== 'string') {
    const { host = '127.0.0.1', port = 6379, db, path } = connection
    return path ?? `redis://${host}:${port}${db ? `/${db}` : ''}`
  }
  const { protocol, host, pathname } = new URL(connection)
  return `${protocol}//${host}${pathname.length > 1 ? pathname : ''}`
}

/** What went wrong with a connection, in words, without what it was asked to say. */
export const whyOf = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string }
  return message !== undefined && message !== '' ? message : String(code ?? error)
}

/** True where trying again is of no use: what must change is the configuration. */
export const isRefusal = (error: unknown): boolean =>
  /WRONGPASS|NOAUTH|NOPERM|invalid password|without any password configured|DB index is out of range|unsupported protocol/i.test(
    whyOf(error),
  )
