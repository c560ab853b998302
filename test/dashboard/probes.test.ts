/** Who is let in: each probe of an attacker, and each of who may. */

import { request as ask, createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import * as types from 'io-ts'
import { type Dashboard, dashboardHandler, serveDashboard } from 'rxboss/dashboard'

import { Boss, defineWorker, inline } from '../../src/index.ts'

const double = defineWorker(import.meta, {
  name: 'double',
  attr: { n: types.number },
  work: ({ n }) => 2 * n,
})
const newBoss = () => new Boss({ workers: [double], crew: inline() })

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A request as somebody else might make it: every header is ours to choose. */
function get(
  dashboard: Pick<Dashboard, 'address'>,
  path: string,
  { method = 'GET', headers, body }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = ask(
      new URL(path, dashboard.address),
      { method, headers, setHost: headers?.host === undefined },
      response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => {
          text += chunk
          // A stream does not end: its first event is enough.
          if (text.includes('event: snapshot')) response.destroy()
        })
        response.on('close', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

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
