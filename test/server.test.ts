/** The example of docs/in-a-server.md, with real HTTP requests on loopback. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import ava from 'ava'
import { filter, firstValueFrom } from 'rxjs'

import { openServer, type Running, statusOf } from '../docs/examples/server.ts'
import { maxThreads } from '../src/index.ts'

const test = ava.serial

/** Long enough to be interrupted: minutes. */
const endless = 2_000_000_000

async function withServer(
  options: Parameters<typeof openServer>[0],
  use: (running: Running & { readonly url: string }) => Promise<void>,
): Promise<void> {
  const running = await openServer({ graceMs: 50, ...options })
  try {
    await use({ ...running, url: await running.server.listen({ port: 0, host: '127.0.0.1' }) })
  } finally {
    await running.server.close()
    await running.boss[Symbol.asyncDispose]()
  }
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(setImmediate)
}

const ask = async (url: string) => {
  const response = await fetch(url)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('a result for each request, many at once; bad input is 400', t =>
  withServer({}, async ({ url }) => {
    const limits = [10, 100, 1000, 10_000]
    const counts = await Promise.all(limits.map(limit => ask(`${url}/primes/${limit}`)))
    t.deepEqual(
      counts.map(({ status, body }) => [status, body.count]),
      [
        [200, 4],
        [200, 25],
        [200, 168],
        [200, 1229],
      ],
    )
    t.like(await ask(`${url}/primes/many`), { status: 400, body: { code: 'refused' } })
    t.like(await ask(`${url}/primes/1.5`), { status: 400, body: { code: 'refused' } })
  }))

test('an error of the work itself is 500, whatever its own code; what the server itself refuses keeps its status', t => {
  t.is(statusOf(Object.assign(new Error('disk'), { code: 'full', failure: { code: 'threw' } })), 500)
  t.is(statusOf(Object.assign(new Error('body too large'), { code: 'FST_ERR', statusCode: 413 })), 413)
  t.is(statusOf(Object.assign(new RangeError('of ours'), { code: 'E_OURS' })), 500)
})

test('work that takes too long is 504, and its thread is free again', t =>
  withServer({ timeout: 100 }, async ({ url }) => {
    t.like(await ask(`${url}/primes/${endless}`), { status: 504, body: { code: 'timeout' } })
    t.like(await ask(`${url}/primes/10`), { status: 200, body: { count: 4 } })
  }))

test('too many at once are 503, at once', t =>
  withServer({ scheduler: maxThreads(1), mailbox: { capacity: 1 }, timeout: 500 }, async ({ url, boss }) => {
    const busy = Array.from({ length: 2 }, () => ask(`${url}/primes/${endless}`))
    await until(() => boss.state.counts.submitted === 2)
    t.like(await ask(`${url}/primes/10`), { status: 503, body: { code: 'full' } })
    t.deepEqual([...new Set((await Promise.all(busy)).map(({ status }) => status))], [504])
  }))

test('a client that hangs up cancels its work alone', t =>
  withServer({}, async ({ url, boss }) => {
    const cancelled = firstValueFrom(boss.reports$.pipe(filter(({ kind }) => kind === 'cancelled')))
    const request = get(`${url}/primes/${endless}`)
    request.on('error', () => {}) // we hang up
    await until(() => boss.state.counts.running === 1)
    request.destroy()
    t.like(await cancelled, { code: 'signal' })
    t.like(await ask(`${url}/primes/10`), { status: 200 })
  }))

test('SIGTERM: the request at work is answered, and the process ends by itself', async t => {
  const program = fileURLToPath(new URL('../docs/examples/server.js', import.meta.url))
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  const answer = ask(`${url}/primes/3000000`)
  while (((await (await fetch(`${url}/health`)).json()) as { running: number }).running === 0) {}
  child.kill('SIGTERM')
  t.like(await answer, { status: 200, body: { count: 216_816 } })
  t.deepEqual((await exited)[0], 0)
})
