/** What the command shows in a browser: the dashboard's address, its page after the end, the report as a file. */

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import test from 'ava'

import { folderWith, rxboss, start, worker } from './command.ts'

const three = '{"n":1}\n{"n":2}\n{"n":"x"}\n'
const address = /dashboard at (http:\/\/127\.0\.0\.1:\d+\/)\?token=([\w-]{24})\n/

test('--report writes the run as one file, also when records failed', async t => {
  const file = join(folderWith(), 'run.html')
  const { code, stderr, reports } = await rxboss(['run', worker('add'), '--report', file], { input: three })
  t.is(code, 1)
  t.is(reports.length, 3)
  const html = readFileSync(file, 'utf8')
  t.true(html.startsWith('<!doctype html>'))
  const data = JSON.parse(/<script type="application\/json" id="run">(.*?)<\/script>/s.exec(html)?.[1] ?? '')
  t.is(data.counts.done, 2)
  t.is(data.status, 'finished')
  t.true(stderr.includes(`report → ${file}`))
})

test('a report that cannot be written is said before anything starts', async t => {
  const file = join(folderWith(), 'nowhere', 'run.html')
  const { code, stderr, stdout } = await rxboss(['run', worker('add'), '--report', file], { input: three })
  t.is(code, 254)
  t.is(stdout, '')
  t.regex(stderr, /^rxboss: Cannot write the report to .*nowhere.*ENOENT/m)
})

test('--dashboard serves the run, --linger keeps the page until Ctrl-C', async t => {
  const { child, ended, said } = start([
    'run',
    worker('add'),
    '--dashboard',
    '--port',
    '0',
    '--linger',
    '10m',
  ])
  await said(address)
  child.stdin.end(three)
  await said('the dashboard stays for a while')
  child.kill('SIGINT')
  const { code, stderr, reports } = await ended
  t.is(code, 1)
  t.is(reports.length, 3)
  t.false(stderr.includes('finishing'), 'nothing was left to finish')
})

test('the page answers by the printed token, and controls the command', async t => {
  const { child, ended, said } = start(['run', worker('add'), '--dashboard'])
  const [, page = '', token = ''] = address.exec(await said(address)) ?? []
  const authorization = `Bearer ${token}`
  child.stdin.write('{"n":1}\n')
  let found = { rows: [] as { name: string }[] }
  while (found.rows.length === 0)
    found = (await (
      await fetch(new URL('api/reports', page), { headers: { authorization } })
    ).json()) as typeof found
  t.is(found.rows[0]?.name, 'add#0')
  const answer = await fetch(new URL('api/control', page), {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{"type":"end"}',
  })
  t.is(answer.status, 200)
  // The next record is not taken, and the command ends by itself.
  child.stdin.write('{"n":1}\n')
  const { code, reports, stderr } = await ended
  t.is(code, 254)
  t.regex(stderr, /ended from the dashboard's page: 1 read, 0 of them .*; the rest was not read/)
  t.is(reports.length, 1)
})

test('--readonly, --host, --allowed-host and --remote-control', async t => {
  const { child, ended, said } = start([
    ...['run', worker('add'), '--dashboard', '--host', '0.0.0.0', '--allowed-host', 'build-7'],
    ...['--remote-control', '--readonly'],
  ])
  const text = await said(/dashboard at http.*\n/)
  t.regex(text, /seen by whoever has its address, and its traffic is not encrypted/)
  const [, port, token] = /:(\d+)\/\?token=([\w-]+)/.exec(text) ?? []
  const { status } = await fetch(`http://127.0.0.1:${port}/api/control`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"type":"halt"}',
  })
  t.is(status, 403)
  child.stdin.end()
  t.is((await ended).code, 0)
})

test('a port that is taken, and options without the dashboard', async t => {
  const { child, ended, said } = start(['run', worker('add'), '--dashboard'])
  const { port } = new URL(address.exec(await said(address))?.[1] ?? '')
  const taken = await rxboss(['run', worker('add'), '--dashboard', '--port', port], { input: three })
  t.is(taken.code, 254)
  t.regex(taken.stderr, /Cannot serve the dashboard at 127\.0\.0\.1:\d+: EADDRINUSE/)
  child.stdin.end()
  await ended
  const useless = await rxboss(['run', worker('add'), '--open'], { input: three })
  t.is(useless.code, 255)
  t.regex(useless.stderr, /--open is of use with --dashboard only/)
})

test('--open opens the page in a browser, and stays until Ctrl-C', async t => {
  const folder = folderWith({ 'xdg-open': '#!/bin/sh\necho "opened $1" >&2\necho "$1" > "$OPENED"\n' })
  const opened = join(folder, 'opened')
  chmodSync(join(folder, 'xdg-open'), 0o755)
  const env = { PATH: `${folder}:${process.env.PATH}`, OPENED: opened }
  const { child, ended, said } = start(['run', worker('add'), '--dashboard', '--open'], { env })
  const [, page, token] = address.exec(await said(address)) ?? []
  child.stdin.end('{"n":1}\n')
  await said('the dashboard stays until Ctrl-C')
  while (!existsSync(opened) || readFileSync(opened, 'utf8') === '')
    await new Promise(resolve => setImmediate(resolve))
  t.is(readFileSync(opened, 'utf8'), `${page}?token=${token}\n`)
  child.kill('SIGINT')
  t.is((await ended).code, 0)
})

/** The command with its dashboard, and what may be posted to that. */
async function withPage(args: readonly string[]) {
  const started = start(['run', ...args, '--dashboard', '--linger', '20s'])
  const [, page = '', token = ''] = address.exec(await started.said(address)) ?? []
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const post = (command: object) =>
    fetch(new URL('api/control', page), { method: 'POST', headers, body: JSON.stringify(command) })
  const get = async (path: string) => (await fetch(new URL(path, page), { headers })).text()
  return { ...started, page, post, get }
}

test('ended in the page before all was read: it says who did it, what is left, and does not succeed', async t => {
  for (const type of ['end', 'stop', 'stopThemWorking']) {
    const { child, ended, said, post } = await withPage([worker('add'), '--total', '10'])
    child.stdin.write('{"n":1}\n{"n":2}\n')
    await said(/"result":3/)
    t.is((await post({ type })).status, 200)
    await said('the dashboard stays')
    child.kill('SIGINT')
    const { code, stderr } = await ended
    t.is(code, 254, type)
    t.regex(stderr, /(ended|stopped) from the dashboard's page: 2 read, 0 of them .*; 8 not read/)
  }
})

test('ended in the page when all was read and done is a success', async t => {
  const { child, ended, said, post } = await withPage([worker('add')])
  child.stdin.write('{"n":1}\n')
  await said(/"result":2/)
  child.stdin.end()
  await said('the dashboard stays')
  await post({ type: 'end' })
  child.kill('SIGINT')
  t.is((await ended).code, 0)
})

test('refused records are counted in the page and the report, as they are in the terminal', async t => {
  const file = join(folderWith(), 'run.html')
  const input = '{"n":1}\nnot JSON\n{"n":"x"}\n{"n":2}\n'
  const { child, ended, said, get } = await withPage([worker('add'), '--report', file])
  child.stdin.end(input)
  const stderr = await said('the dashboard stays')
  t.regex(stderr, /2 done.*2 failed/)
  const found = JSON.parse(await get('api/reports?q=kind:refused'))
  t.is(found.matched, 2)
  t.deepEqual(
    found.rows.map(({ name }: { name: string }) => name),
    ['line 3', 'line 2'],
  )
  child.kill('SIGINT')
  t.is((await ended).code, 2)
  const html = readFileSync(file, 'utf8')
  const data = JSON.parse(/<script type="application\/json" id="run">(.*?)<\/script>/s.exec(html)?.[1] ?? '')
  t.is(data.refused, 2)
  t.is(data.about.command.startsWith('main run '), true, data.about.command)
})

test('what failed and is tried again in the page counts as its last attempt, in a line of its own', async t => {
  const { child, ended, said, post } = await withPage([worker('any')])
  const folder = folderWith()
  const flag = join(folder, 'repaired')
  child.stdin.write(`${JSON.stringify({ until: flag, timeout: 200, n: 1 })}\n{"n":2}\n`)
  await said(/"failed"[\s\S]*"done"|"done"[\s\S]*"failed"/)
  writeFileSync(flag, '')
  t.like(await (await post({ type: 'retry' })).json(), { type: 'retry', count: 1 })
  await said(/("kind":"done"[\s\S]*){2}/)
  child.stdin.end()
  await said('the dashboard stays')
  child.kill('SIGINT')
  const { code, reports } = await ended
  t.is(code, 0)
  t.deepEqual(
    reports.filter(({ line }) => line === 1).map(({ kind }) => kind),
    ['failed', 'done'],
  )
})

test('what is taken out in the page is not done, and that is no success', async t => {
  const { child, ended, said, post } = await withPage([worker('any'), '-j', '1', '--line-buffer'])
  const gate = join(folderWith(), 'open')
  child.stdin.write(`${JSON.stringify({ until: gate, print: 'begun\n' })}\n{"n":2}\n`)
  await said('begun')
  t.like(await (await post({ type: 'cancel', id: 1 })).json(), { count: 1 })
  writeFileSync(gate, '')
  child.stdin.end()
  await said('the dashboard stays')
  child.kill('SIGINT')
  const { code, stderr } = await ended
  t.is(code, 254)
  t.regex(stderr, /not all was done: 2 read, 1 of them given back or cancelled; all was read/)
})

test('SIGUSR2 prints an address for another browser', async t => {
  const { child, ended, said, page } = await withPage([worker('add')])
  child.kill('SIGUSR2')
  const text = await said(/dashboard, for another browser: http\S+\n/)
  const again = /for another browser: (http\S+)\n/.exec(text)?.[1] ?? ''
  t.true(again.startsWith(page))
  t.is((await fetch(again, { redirect: 'manual', headers: navigating })).status, 303)
  child.stdin.end()
  child.kill('SIGINT')
  await ended
})

const navigating = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }
