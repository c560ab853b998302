/**
 * A server whose requests are done by worker threads: one Boss, shared by all of them.
 *
 *     npm run example server        GET /primes/1000000 → { "count": 78498 }
 */

import Fastify, { type FastifyInstance } from 'fastify'
import { Boss, type BossOptions, maxThreads, threads } from 'rxboss'

import primes from './primes.ts'

/** What each of the boss's codes means to a client. */
const statuses: Readonly<Record<string, number>> = {
  refused: 400,
  ambiguous: 400,
  full: 503,
  closed: 503,
  stopped: 503,
  storm: 503,
  queueTimeout: 503,
  timeout: 504,
}

/** The status of an error. Work's own errors keep a `code` of their own, so it is that of the failure which counts. */
export function statusOf(error: {
  readonly code?: string
  readonly failure?: { readonly code: string }
  readonly statusCode?: number
}): number {
  const code = error.failure?.code ?? error.code ?? ''
  return statuses[code] ?? error.statusCode ?? 500
}

export interface Running {
  readonly boss: Boss<typeof primes>
  readonly server: FastifyInstance
  /** Takes no more requests, finishes those it has, and lets the threads go. */
  readonly close: () => Promise<void>
}

export async function openServer(options: Partial<BossOptions<typeof primes>> = {}): Promise<Running> {
  const boss = new Boss({
    workers: primes,
    crew: threads({ min: 1 }),
    scheduler: maxThreads(2),
    mailbox: { capacity: 100 }, // beyond the idle threads: more is answered with 503
    timeout: 5000, //              of the work itself: 504
    queueTimeout: 2000, //         of the wait before it: 503
    ...options,
  }).start()
  await boss.ready()

  const server = Fastify()
  server.get<{ Params: { limit: string } }>('/primes/:limit', async (request, reply) => {
    const hungUp = new AbortController()
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) hungUp.abort(new Error('the client hung up'))
    })
    const limit = Number(request.params.limit)
    return { count: await boss.run({ limit }, { signal: hungUp.signal }) }
  })
  server.get('/health', () => boss.state.counts)
  // A client that keeps its connection would keep a server that closes.
  let closing = false
  server.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  server.setErrorHandler((error: Error & { code?: string }, _request, reply) =>
    reply.code(statusOf(error)).send({ code: error.code, message: error.message }),
  )

  return {
    boss,
    server,
    close: async () => {
      closing = true
      await server.close()
      await boss.waitTillFinished()
    },
  }
}

if (process.argv[1]?.endsWith('server.js')) {
  const { server, close } = await openServer()
  console.log(await server.listen({ port: Number(process.env.PORT ?? 3000) }))
  process.once('SIGTERM', close)
  process.once('SIGINT', close)
}
