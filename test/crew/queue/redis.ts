/** A real redis-server on a free port, with a folder of its own; and consumers that are real processes. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import { testWith } from '../../with-program.ts'

/** Tests one after another, where there is a redis-server; elsewhere a skip and a printed notice. */
export const hasRedis = testWith('redis-server') === ava
export const test = (hasRedis ? ava.serial : ava.skip) as typeof ava.serial

export interface Redis {
  readonly url: string
  readonly port: number
  /** Kills it. What it has in memory alone is gone. */
  kill(): Promise<void>
  start(): Promise<void>
  end(): Promise<void>
}

export interface RedisOptions {
  readonly appendOnly?: boolean
  readonly password?: string
  readonly bind?: string
  /** Do not start it yet. */
  readonly later?: boolean
}

export async function redisServer({
  appendOnly,
  password,
  bind = '127.0.0.1',
  later,
}: RedisOptions = {}): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'rxboss-redis-'))
  const port = await freePort()
  let server: ChildProcess | undefined
  const start = async () => {
    const settings = {
      port,
      bind,
      save: '',
      appendonly: appendOnly ? 'yes' : 'no',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
      dir: folder,
      'protected-mode': 'no',
      ...(password !== undefined && { requirepass: password }),
    }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const line of createInterface({ input: server.stdout as NodeJS.ReadableStream }))
      if (line.includes('Ready to accept connections')) break
    server.stdout?.resume()
  }
  const kill = async () => {
    const dying = server
    server = undefined
    if (dying === undefined || dying.exitCode !== null) return
    const gone = once(dying, 'exit')
    dying.kill('SIGKILL')
    await gone
  }
  if (!later) await start()
  return {
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    port,
    kill,
    start,
    end: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export interface ConsumerProcess {
  readonly process: ChildProcess
  /** What it said on stderr so far. */
  readonly said: () => string
  /** Resolves once it has said something that matches. */
  until(pattern: RegExp): Promise<void>
  /** @returns its exit code, or the signal */
  end(signal?: NodeJS.Signals): Promise<number | string>
}

const command = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url))
export const workerFile = (name: string): string =>
  fileURLToPath(new URL(`./workers/${name}.js`, import.meta.url))

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const one of running) one.kill('SIGKILL')
})

/** `rxboss work`, as a user starts it. */
export function consumerProcess(
  args: readonly string[],
  { env = {}, before = [] }: { readonly env?: NodeJS.ProcessEnv; readonly before?: readonly string[] } = {},
): ConsumerProcess {
  const [program = '', ...rest] = [...before, process.execPath, command, 'work', ...args]
  const child = spawn(program, rest, {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, ...env },
  })
  running.add(child)
  let said = ''
  const listeners = new Set<() => void>()
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    for (const one of [...listeners]) one()
  })
  const exit = new Promise<number | string>(resolve =>
    child.once('exit', (code, signal) => {
      running.delete(child)
      resolve(code ?? signal ?? '')
      for (const one of [...listeners]) one()
    }),
  )
  return {
    process: child,
    said: () => said,
    until: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(said)) resolve()
          else if (child.exitCode === null && child.signalCode === null) return
          else reject(new Error(`it ended without saying ${pattern}: ${said}`))
          listeners.delete(look)
        }
        listeners.add(look)
        look()
      }),
    end: (signal = 'SIGKILL') => {
      child.kill(signal)
      return exit
    },
  }
}

/** A consumer of the workers in `workers/`, ready. A short lock: the dead are missed after seconds. */
export async function startConsumer(
  redis: Redis,
  queue: string,
  {
    workers = ['tasks'],
    jobs = 2,
    args = [],
  }: { workers?: readonly string[]; jobs?: number; args?: readonly string[] } = {},
): Promise<ConsumerProcess> {
  const files = workers.map(workerFile)
  const consumer = consumerProcess([
    ...files,
    '--redis',
    redis.url,
    '--queue',
    queue,
    '-j',
    String(jobs),
    '--lock',
    '2s',
    ...args,
  ])
  await consumer.until(/works on queue/)
  return consumer
}
