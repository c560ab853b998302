/** No view can end, stall or falsify a run: hostile requests, half-sent ones, values that JSON has no word for. */

import { connect } from 'node:net'

import { testProp } from '@fast-check/ava'
import test from 'ava'
import * as fc from 'fast-check'
import * as types from 'io-ts'
import { type Dashboard, follow, serveDashboard, watch } from 'rxboss/dashboard'
import { Subject } from 'rxjs'

import { Boss, defineWorker, type Failure, inline } from '../../src/index.ts'
import { Boundary } from '../../src/inspect/boundary.ts'
import { get } from './ask.ts'

const strange = defineWorker(import.meta, {
  name: 'strange',
  attr: { n: types.number },
  work: ({ n }) => {
    if (n === 0) return n
    const error = new Error('strange') as Error & Record<string, unknown>
    if (n === 1) error.big = 10n ** 20n
    if (n === 2) error.self = error
    if (n === 3) error.long = 'x'.repeat(1e6)
    if (n === 4) error.map = new Map([[1n, error]])
    throw error
  },
})
const newBoss = () => new Boss({ workers: [strange], crew: inline() })
const bearer = ({ token }: Dashboard) => ({ authorization: `Bearer ${token}` })

test('names that every object has are no fields of a search', async t => {
  const dashboard = await serveDashboard(newBoss())
  for (const word of ['constructor', '__proto__', 'valueOf', 'toString', 'hasOwnProperty'])
    for (const rest of [':1', '>1', '<=1', ':']) {
      const q = encodeURIComponent(`${word}${rest}`)
      const { status, text } = await get(dashboard, `/api/reports?q=${q}`, { headers: bearer(dashboard) })
      t.is(status, rest === ':' ? status : 400)
      if (rest !== ':') t.true(text.includes(`There is no '${word}'`), text)
    }
  await dashboard.close()
})

testProp(
  'whatever is asked is answered, and the boss is still there',
  [
    fc.constantFrom(
      '/api/reports?q=',
      '/api/reports?before=',
      '/api/failure?id=',
      '/api/stream?from=',
      '/',
      '/api/',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'OPTIONS'),
    fc.oneof(fc.json(), fc.string(), fc.constant('{"__proto__":1}'), fc.constant('null'), fc.constant('[]')),
  ],
  async (t, path, word, method, body) => {
    const boss = newBoss()
    boss.give({ n: 0 })
    boss.makeThemWork()
    const dashboard = await serveDashboard(boss)
    const target = `${path}${encodeURIComponent(word.replace(/[\ud800-\udfff]/g, ''))}`
    const headers = { ...bearer(dashboard), 'content-type': 'application/json' }
    const { status } = await get(dashboard, method === 'POST' ? '/api/control' : target, {
      ...{ method, headers },
      ...(method !== 'GET' && method !== 'HEAD' && { body }),
    })
    t.true(status >= 200 && status < 500, `${method} ${target}: ${status}`)
    t.is((await get(dashboard, '/api/reports', { headers: bearer(dashboard) })).status, 200)
    await boss.stop()
    await dashboard.close()
  },
  { numRuns: 60 },
)

test('a request that is given up half-way is nothing', async t => {
  const boss = newBoss()
  const dashboard = await serveDashboard(boss)
  const { hostname, port } = new URL(dashboard.address)
  const head = `Host: ${hostname}:${port}\r\nAuthorization: Bearer ${dashboard.token}\r\nContent-Type: application/json\r\n`
  for (const sent of [
    `POST /api/control HTTP/1.1\r\n${head}Content-Length: 500\r\n\r\n{"type":`,
    `POST /api/control HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ty`,
    `GET /api/report HTTP/1.1\r\n${head}\r\n`,
    `GET /api/stream HTTP/1.1\r\n${head}\r\n`,
    'GET /api/stream HT',
    '\u0000\u0001\u0002\r\n\r\n',
  ]) {
    const socket = connect(Number(port), hostname)
    await new Promise<void>(resolve => socket.write(sent, () => resolve()))
    await new Promise(resolve => setImmediate(resolve))
    await new Promise<void>(resolve => {
      socket.once('close', () => resolve())
      socket.on('error', () => {})
      socket.resetAndDestroy()
    })
  }
  t.is((await get(dashboard, '/', { headers: bearer(dashboard) })).status, 200)
  await dashboard.close()
})

test('what errors carry may be anything: page, report and trace show the rest', async t => {
  const boss = newBoss()
  const dashboard = await serveDashboard(boss)
  const followed = follow(boss)
  const headers = bearer(dashboard)
  const stream = get(dashboard, '/api/stream', { headers })
  for (let n = 0; n < 5; n++) boss.give({ n })
  boss.makeThemWork({ terminate: true })
  const { counts } = await boss.waitTillFinished()
  t.like(counts, { done: 1, failed: 4 })
  t.is((await stream).status, 200)
  const late = await get(dashboard, '/api/stream', { headers })
  t.true(late.text.length < 200_000, `${late.text.length}`)
  for (const path of ['/api/report', '/api/trace', '/api/reports', '/api/failure?id=1', '/api/failure?id=3'])
    t.is((await get(dashboard, path, { headers })).status, 200, path)
  t.true(followed.toHtml().includes('strange'))
  await dashboard.close()
})

test('what was refused before it reached the boss is counted and listed', async t => {
  const boss = newBoss()
  const refused$ = new Subject<{ name: string; failure: Failure }>()
  const dashboard = await serveDashboard(boss, { refused$, total: () => 3 })
  const failure = {
    code: 'refused',
    what: 'The record is not an instruction',
    why: 'not JSON',
    remedy: '',
  } as const
  refused$.next({ name: 'line 2', failure })
  refused$.next({ name: 'line 3', failure })
  const headers = bearer(dashboard)
  const { text } = await get(dashboard, '/api/reports?q=kind:refused', { headers })
  t.like(JSON.parse(text), { matched: 2, rows: [{ name: 'line 3', kind: 'refused' }, { name: 'line 2' }] })
  const stream = await get(dashboard, '/api/stream', { headers })
  const { run } = JSON.parse(/event: snapshot\nid: \d+\ndata: (.*)/.exec(stream.text)?.[1] ?? '')
  t.like(run, { refused: 2, total: 3 })
  t.is(run.refusals.groups[0].count, 2)
  await dashboard.close()
})

test('a terminal, a recorder or a telemetry that throws costs itself alone', async t => {
  const failing = {
    write: () => {
      throw new Error('no such device')
    },
  }
  for (const progress of ['plain', 'json', 'tty'] as const) {
    const boss = newBoss()
    watch(boss, { stream: { ...failing, isTTY: true, columns: 80, rows: 24 }, progress, interval: 5 })
    for (let n = 0; n < 3; n++) boss.give({ n })
    boss.makeThemWork({ terminate: true })
    t.like((await boss.waitTillFinished()).counts, { done: 1, failed: 2 })
  }
})

test('what a view throws costs that view, is said once, and reaches nobody', t => {
  const said: string[] = []
  let left = 0
  const boundary = new Boundary({ view: 'the picture', say: text => said.push(text), broken: () => left++ })
  t.is(
    boundary.run(() => 1),
    1,
  )
  let calls = 0
  const draw = boundary.guard((n: number) => {
    calls++
    if (n === 2) throw new Error('no more paint')
  })
  for (const n of [1, 2, 3]) t.notThrows(() => draw(n))
  t.is(calls, 2)
  t.is(left, 1)
  t.deepEqual(said, ['the picture has broken, and is left; the run goes on: Error: no more paint'])
})
