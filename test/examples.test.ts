/** The examples run, and what is generated is up to date. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import { described } from '../docs/examples/describe-actors.ts'
import { consumerProcess, redisServer, test as testWithRedis } from './crew/queue/redis.ts'

const test = ava.serial

/** What each example prints on stdout. */
const programs: Readonly<Record<string, { readonly prints: readonly string[]; readonly env?: object }>> = {
  numeric: { prints: ['sum 45', 'logarithms [[0,1],[2,3]]', 'product [[19,22],[43,50]]'] },
  'monte-carlo': { prints: ['pi is about 3.14'] },
  thumbnails: { prints: ['8 thumbnails in dist/thumbnails/small'] },
  simulation: {
    prints: ['energy 400.0', 'energy 500.0 with some more', 'energy 500.0 after a crash', 'stopped'],
  },
  'web-log': {
    env: { LINES: '200000' },
    prints: [
      '200000 lines, 499900000 bytes sent',
      '200  142713',
      '404  57143',
      '500  144',
      '57143  /',
      '57143  /missing',
      '57143  /search?q=rxjs',
    ],
  },
  'two-bosses': {
    prints: [
      'packed 6, hashed 0, waiting 6',
      'text 0 1e91c2a7',
      'text 1 8a67ba82',
      'text 2 1862a323',
      'text 3 d7aeb0b8',
      'text 4 999a0458',
      'text 5 98b507df',
    ],
  },
}

for (const [name, { prints, env }] of Object.entries(programs)) {
  test(`the example ${name} prints what it should`, t => {
    const program = fileURLToPath(new URL(`../docs/examples/${name}.js`, import.meta.url))
    const { stdout, status } = spawnSync(process.execPath, [program], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
    t.is(status, 0)
    t.deepEqual(stdout.trim().split('\n'), prints)
  })
}

const exampleOf = (name: string) => fileURLToPath(new URL(`../docs/examples/${name}.js`, import.meta.url))

test('the example live-dashboard serves its page until it is interrupted', async t => {
  t.timeout(60_000, 'the example hangs')
  const program = spawn(process.execPath, [exampleOf('live-dashboard'), '40'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exit = once(program, 'exit')
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]()
  const url = /^Look at (.*)$/.exec((await lines.next()).value as string)?.[1] as string
  t.teardown(() => program.kill('SIGKILL'))
  const welcome = await fetch(url, { redirect: 'manual' })
  const page = await fetch(new URL('/', url), {
    headers: { cookie: welcome.headers.get('set-cookie') ?? '' },
  })
  t.regex(await page.text(), /<title>/)
  t.is((await lines.next()).value, '39 done, 1 failed, 0 not done')
  program.kill('SIGINT')
  t.deepEqual(await exit, [0, null])
  await t.throwsAsync(fetch(url))
})

testWithRedis('the example many-machines has its work done by a consumer', async t => {
  t.timeout(60_000, 'the example hangs')
  const redis = await redisServer()
  const consumer = consumerProcess([exampleOf('fingerprint'), '--redis', redis.url, '--queue', 'prints'])
  await consumer.until(/works on queue/)
  const program = spawn(process.execPath, [exampleOf('many-machines')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, REDIS_URL: redis.url },
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: program.stdout })) lines.push(line)
  t.is(lines.at(-1), '100 done')
  t.is(lines.filter(line => /^done [0-9a-f]{8,}/.test(line)).length, 100)
  await consumer.end()
  await redis.end()
})

test('the reference in actors/README.md is what the footprints say (npm run describe)', t => {
  const readme = readFileSync(new URL('../../actors/README.md', import.meta.url), 'utf8')
  t.is(described(readme), readme)
})
