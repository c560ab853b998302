/**
 * Results and errors that no writer expects. Goal: each record has its report, whatever views and side files there are,
 * and a run that is resumed goes on. Method: one export gives them all, with every file of a run at once.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import ava from 'ava'

import { folderWith, ndjson, rxboss } from './command.ts'

const test = ava.serial

const strange = `
const nested = levels => { let x = {}; for (let i = 0; i < levels; i++) x = { x }; return x }
const doubled = times => { let x = {}; for (let i = 0; i < times; i++) x = [x, x]; return x }
const kinds = {
  circle: () => { const o = {}; o.o = o; return o },
  huge: () => new Uint8Array(450e6),
  deep: () => nested(6000),
  quiteDeep: () => nested(1500),
  doubled: () => doubled(50),
  holes: () => new Array(1e9),
  exotic: () => ({ a: { b: new Map([[1n, new Set([new Date(0)])]]) } }),
  bigError: () => { throw Object.assign(new Error('e'), { n: 5n, m: new Map([[1, 2n]]) }) },
  circularError: () => { const e = new Error('e'); e.cause = e; throw e },
  plain: () => 1,
}
export default kind => kinds[kind]()
`
const kinds = [
  'circle',
  'huge',
  'deep',
  'quiteDeep',
  'doubled',
  'holes',
  'exotic',
  'bigError',
  'circularError',
  'plain',
]

for (const crew of ['threads', 'inline', 'processes']) {
  test(`${crew}: whatever a worker answers is reported, with every file of a run at once`, async t => {
    t.timeout(120_000)
    const folder = folderWith({ 'strange.mjs': strange })
    const module = join(folder, 'strange.mjs')
    // Through the channel of a child process 450 MB take as long as all the rest.
    const wanted = crew === 'processes' ? kinds.filter(kind => kind !== 'huge') : kinds
    const input = ndjson(...wanted.map(arg => ({ module, arg })))
    const path = (name: string) => join(folder, name)
    const args = ['run', 'call', '--crew', crew, '-j2', '-q', '-k', '--journal', path('j')]
    const files = ['--events', '--report', '--trace', '--failures', '--joblog', '--results']
    const { code, reports, stderr } = await rxboss(
      [...args, '--dashboard', ...files.flatMap(name => [name, path(name.slice(2))])],
      { input },
    )
    t.is(reports.length, wanted.length, stderr)
    const failed = reports.filter(({ kind }) => kind === 'failed')
    t.is(code, failed.length)
    for (const { failure } of failed) t.true(['threw', 'unserialisable'].includes(failure.code), failure.why)
    const of = (kind: string) => reports[wanted.indexOf(kind)]
    t.deepEqual(of('circle')?.result, { o: { $ref: '#' } })
    t.deepEqual(of('holes')?.result, { length: 1e9 })
    t.deepEqual(of('exotic')?.result, { a: { b: [['1', ['1970-01-01T00:00:00.000Z']]] } })
    t.is(of('bigError')?.failure.error.n, '5')
    t.is(of('plain')?.result, 1)
    for (const line of readFileSync(path('events'), 'utf8').trim().split('\n')) JSON.parse(line)
    JSON.parse(readFileSync(path('trace'), 'utf8'))

    const again = await rxboss([...args, '--resume'], { input })
    t.deepEqual(again.reports, [], 'all is recorded')
    t.is(again.code, code)
  })
}
