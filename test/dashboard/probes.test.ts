/** Who is let in: each probe of an attacker, and each of who may. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import * as types from 'io-ts'
import { type Dashboard, dashboardHandler, serveDashboard } from 'rxboss/dashboard'

import { Boss, defineWorker, inline } from '../../src/index.ts'
import { type Asked, get } from './ask.ts'

const double = defineWorker(import.meta, {
  name: 'double',
  attr: { n: types.number },
  work: ({ n }) => 2 * n,
})
const newBoss = () => new Boss({ workers: [double], crew: inline() })

/** Opens the page as a browser does. @returns the cookie */
async function enter(dashboard: Dashboard): Promise<string> {
  const { headers } = await get(dashboard, `/?token=${dashboard.token}`)
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] as string
}

async function csrfOf(dashboard: Dashboard, cookie: string): Promise<string> {
  const { text } = await get(dashboard, '/api/stream', { headers: { cookie } })
  return JSON.parse(/event: hello\nid: \d+\ndata: (.*)/.exec(text)?.[1] ?? '').csrf
}

const json = { 'content-type': 'application/json' }
const halt = JSON.stringify({ type: 'halt' })

test('the eleven probes', async t => {
  const boss = newBoss()
  const dashboard = await serveDashboard(boss)
  const { token } = dashboard
  const status = async (path: string, asked?: Asked) => (await get(dashboard, path, asked)).status
  t.is(await status('/'), 401, 'no cookie')
  t.is(await status('/?token=guess'), 401, 'wrong token')
  const right = await get(dashboard, `/?token=${token}`)
  t.is(right.status, 303, 'right token')
  t.is(right.headers.location, './')
  t.regex(
    right.headers['set-cookie']?.[0] ?? '',
    /^rxboss_\d+=[\w-]{24}; HttpOnly; SameSite=Strict; Path=\/$/,
  )
  t.is(await status(`/?token=${token}`), 401, 'the right token a second time')
  const cookie = (right.headers['set-cookie']?.[0] ?? '').split(';')[0] as string
  t.is(await status('/', { headers: { cookie } }), 200, 'the page with cookie')
  t.is(await status('/', { headers: { cookie, host: 'evil' } }), 421, 'another host')
  t.is(await status('/', { headers: { cookie, origin: 'http://evil' } }), 403, 'another origin')
  t.is(
    await status('/api/reports', { headers: { cookie, 'sec-fetch-site': 'cross-site' } }),
    403,
    'cross-site',
  )
  const form = { cookie, 'content-type': 'application/x-www-form-urlencoded' }
  t.is(await status('/api/control', { method: 'POST', headers: form, body: 'type=halt' }), 415, 'a form')
  t.is(
    await status('/api/control', { method: 'POST', headers: { cookie, ...json }, body: halt }),
    403,
    'no csrf',
  )
  boss.makeThemWork()
  t.is(boss.state.pump, 'on', 'nothing has reached the boss')
  const bearer = { ...json, authorization: `Bearer ${token}` }
  t.is(await status('/api/control', { method: 'POST', headers: bearer, body: halt }), 200, 'a script')
  t.is(boss.state.pump, 'off')
  await boss.stop()
  await dashboard.close()
})

test('the page controls with what its stream told it; a stranger who knows neither does not', async t => {
  const boss = newBoss()
  const dashboard = await serveDashboard(boss)
  const cookie = await enter(dashboard)
  const csrf = await csrfOf(dashboard, cookie)
  boss.makeThemWork()
  const post = (headers: Record<string, string>, body = halt) =>
    get(dashboard, '/api/control', { method: 'POST', headers: { ...json, ...headers }, body })
  t.is((await post({ cookie, 'x-csrf': 'guess' })).status, 403)
  t.is((await post({ 'x-csrf': csrf })).status, 401)
  t.is((await post({ cookie: `${cookie.split('=')[0]}=guess`, 'x-csrf': csrf })).status, 401)
  t.is((await post({ authorization: 'Bearer guess' })).status, 401)
  t.is((await post({ cookie, 'x-csrf': csrf }, '{"type":"format"}')).status, 400)
  t.is((await post({ cookie, 'x-csrf': csrf }, 'halt')).status, 400)
  t.is(
    (await post({ cookie, 'x-csrf': csrf }, JSON.stringify({ type: 'halt', pad: 'x'.repeat(2000) }))).status,
    413,
  )
  t.is(boss.state.pump, 'on')
  t.is((await post({ cookie, 'x-csrf': csrf })).status, 200)
  t.is(boss.state.pump, 'off')
  t.is(
    (await get(dashboard, '/api/control', { headers: { cookie, 'x-csrf': csrf } })).status,
    404,
    'GET changes nothing',
  )
  t.is((await get(dashboard, '/', { method: 'DELETE', headers: { cookie } })).status, 405)
  await boss.stop()
  await dashboard.close()
})

test('a link from another site leads to the page, with a cookie that comes with the next step', async t => {
  const dashboard = await serveDashboard(newBoss())
  const headers = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  }
  t.is((await get(dashboard, `/?token=${dashboard.token}`, { headers })).status, 303)
  const { status, text } = await get(dashboard, '/', { headers })
  t.is(status, 401)
  t.true(text.includes('<a href="./">'))
  t.is((await get(dashboard, '/', { headers: { ...headers, 'sec-fetch-dest': 'iframe' } })).status, 403)
  await dashboard.close()
})

test('headers of every answer', async t => {
  const dashboard = await serveDashboard(newBoss())
  const cookie = await enter(dashboard)
  for (const path of ['/', '/page.js', '/page.css', '/api/reports', '/nowhere', '/?token=x']) {
    const { headers } = await get(dashboard, path, { headers: { cookie } })
    const policy = String(headers['content-security-policy'])
    t.true(
      policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"),
      path,
    )
    for (const part of [
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      t.true(policy.includes(part), `${path} ${part}`)
    t.is(headers['x-content-type-options'], 'nosniff')
    t.is(headers['referrer-policy'], 'no-referrer')
    t.is(headers['cross-origin-resource-policy'], 'same-origin')
    t.is(headers['cross-origin-opener-policy'], 'same-origin-allow-popups')
    t.is(headers['cache-control'], 'no-store')
    t.false(Object.keys(headers).some(name => name.startsWith('access-control-')))
  }
  await dashboard.close()
})

test('nothing the page consists of leads elsewhere, or makes HTML of text', async t => {
  const dashboard = await serveDashboard(newBoss())
  const cookie = await enter(dashboard)
  for (const path of ['/', '/page.js', '/page.css']) {
    const { text } = await get(dashboard, path, { headers: { cookie } })
    // The name of a kind of drawing is no address.
    t.deepEqual(
      text.replaceAll('%2F', '/').match(/https?:\/\/(?!www\.w3\.org\/2000\/svg)[^"'\s]*/g),
      null,
      path,
    )
    t.false(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/.test(text), path)
  }
  await dashboard.close()
})

test('not more than eight pages look at once', async t => {
  const dashboard = await serveDashboard(newBoss())
  const headers = { authorization: `Bearer ${dashboard.token}` }
  const open = await Promise.all(
    Array.from({ length: 8 }, () => {
      const gone = new AbortController()
      return fetch(new URL('api/stream', dashboard.address), { headers, signal: gone.signal }).then(
        () => gone,
      )
    }),
  )
  t.is((await get(dashboard, '/api/stream', { headers })).status, 503)
  open[0]?.abort()
  let status = 503
  while (status === 503) ({ status } = await get(dashboard, '/api/stream', { headers }))
  t.is(status, 200)
  for (const gone of open) gone.abort()
  await dashboard.close()
})

test('names of this machine lead to the page on any port; others do not', async t => {
  const dashboard = await serveDashboard(newBoss())
  const authorization = `Bearer ${dashboard.token}`
  const status = async (host: string) =>
    (await get(dashboard, '/', { headers: { authorization, host } })).status
  for (const host of [
    'localhost:9000',
    'LOCALHOST',
    'localhost.',
    '127.0.0.1:1',
    '127.3.2.1',
    '[::1]:9000',
    'run.localhost:80',
  ])
    t.is(await status(host), 200, host)
  for (const host of [
    'evil',
    'localhost.evil',
    '127.0.0.1.evil:80',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]',
    'xlocalhost',
  ])
    t.is(await status(host), 421, host)
  // Through a tunnel, the page's own origin is the tunnel's.
  const headers = { authorization, host: 'localhost:9000', origin: 'http://localhost:9000' }
  t.is((await get(dashboard, '/api/reports', { headers })).status, 200)
  await dashboard.close()
})

test('listening everywhere, the printed address leads there', async t => {
  const dashboard = await serveDashboard(newBoss(), { host: '0.0.0.0' })
  t.false(dashboard.address.includes('0.0.0.0'))
  t.is((await get(dashboard, `/?token=${dashboard.token}`)).status, 303)
  await dashboard.close()
})

test('only a browser that opens the page uses its address up; another one gets a new address', async t => {
  const dashboard = await serveDashboard(newBoss())
  const path = `/?token=${dashboard.token}`
  t.is((await get(dashboard, path, { method: 'HEAD' })).headers['set-cookie'], undefined)
  for (const headers of [
    { 'user-agent': 'curl/8.5.0' },
    { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' },
    { 'user-agent': 'Mozilla/5.0 (compatible; Discordbot/2.0)' },
    { 'user-agent': 'Mozilla/5.0', 'sec-purpose': 'prefetch;prerender' },
    {
      'user-agent': 'Mozilla/5.0',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'image',
      'sec-fetch-site': 'none',
    },
  ] as Record<string, string>[])
    await get(dashboard, path, { headers })
  const browser = {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0',
    ...{ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  }
  const first = await get(dashboard, path, { headers: browser })
  t.is(first.status, 303)
  const cookie = (first.headers['set-cookie']?.[0] ?? '').split(';')[0] as string
  t.is(
    (await get(dashboard, path, { headers: { ...browser, cookie } })).status,
    303,
    'the same browser again',
  )
  const second = await get(dashboard, path, { headers: browser })
  t.is(second.status, 401)
  t.true(second.text.includes('SIGUSR2'))
  const { search } = new URL(dashboard.newUrl())
  t.is((await get(dashboard, `/${search}`, { headers: browser })).status, 303)
  t.is((await get(dashboard, `/${search}`, { headers: browser })).status, 401)
  t.is((await get(dashboard, '/', { headers: { cookie } })).status, 200)
  await dashboard.close()
})

test('readonly: the page shows, and controls nothing', async t => {
  const boss = newBoss()
  boss.makeThemWork()
  const dashboard = await serveDashboard(boss, { readonly: true })
  const headers = { ...json, authorization: `Bearer ${dashboard.token}` }
  t.is((await get(dashboard, '/api/control', { method: 'POST', headers, body: halt })).status, 403)
  t.is(boss.state.pump, 'on')
  await boss.stop()
  await dashboard.close()
})

test('at another address there are no controls, unless they are wanted', async t => {
  const boss = newBoss()
  boss.makeThemWork()
  for (const remoteControl of [false, true]) {
    const dashboard = await serveDashboard(boss, { host: '0.0.0.0', remoteControl })
    const address = dashboard.address.replace('0.0.0.0', '127.0.0.1')
    const headers = { ...json, authorization: `Bearer ${dashboard.token}` }
    const { status } = await get({ address }, '/api/control', { method: 'POST', headers, body: halt })
    t.is(status, remoteControl ? 200 : 403)
    await dashboard.close()
  }
  await boss.stop()
})

test('another name is accepted when it is said', async t => {
  const dashboard = await serveDashboard(newBoss(), { allowedHosts: ['build-7'] })
  const headers = { authorization: `Bearer ${dashboard.token}` }
  t.is((await get(dashboard, '/', { headers: { ...headers, host: 'build-7' } })).status, 200)
  t.is((await get(dashboard, '/', { headers: { ...headers, host: 'build-8' } })).status, 421)
  await dashboard.close()
})

test('what keeps it from serving is said', async t => {
  const dashboard = await serveDashboard(newBoss())
  const port = Number(new URL(dashboard.address).port)
  await t.throwsAsync(serveDashboard(newBoss(), { port }), { code: 'EADDRINUSE' })
  await t.throwsAsync(serveDashboard({} as never), { instanceOf: TypeError, message: /it must be a Boss/ })
  t.throws(() => dashboardHandler(undefined as never), {
    instanceOf: TypeError,
    message: /it must be a Boss/,
  })
  await dashboard.close()
})

test('the handler alone: another server brings the login, Origin and CSRF are still checked', async t => {
  const boss = newBoss()
  boss.makeThemWork()
  const handler = dashboardHandler(boss)
  const server = createServer((request, response) => {
    // As Express mounts it at /boss.
    Object.assign(request, { originalUrl: request.url })
    request.url = request.url?.slice('/boss'.length) || '/'
    handler(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const dashboard = { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
  const moved = await get(dashboard, '/boss')
  t.is(moved.status, 308)
  t.is(moved.headers.location, 'boss/')
  t.is((await get(dashboard, '/boss/')).status, 200)
  t.is((await get(dashboard, '/boss/page.js')).status, 200)
  t.is((await get(dashboard, '/boss/', { headers: { origin: 'http://evil' } })).status, 403)
  const post = (headers: Record<string, string>) =>
    get(dashboard, '/boss/api/control', { method: 'POST', headers: { ...json, ...headers }, body: halt })
  t.is((await post({})).status, 403)
  const { text } = await get(dashboard, '/boss/api/stream')
  const csrf = JSON.parse(/event: hello\nid: \d+\ndata: (.*)/.exec(text)?.[1] ?? '').csrf
  t.is((await post({ 'x-csrf': csrf })).status, 200)
  t.is(boss.state.pump, 'off')
  await boss.stop()
  server.closeAllConnections()
  server.close()
})
