/** Answers requests: the page, the stream it lives on, searches, downloads, and controls. Whoever comes is looked at by the guard first. */

import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Observer } from 'rxjs'

import type { Signal } from '../index.ts'
import type { Followed } from '../inspect/follow.ts'
import { toTrace } from '../inspect/trace.ts'
import { version } from '../version.ts'
import { assets } from './assets.ts'
import { htmlDocument } from './document.ts'
import { FailedInstructions } from './failed-instructions.ts'
import { Feed, type FeedOptions } from './feed.ts'
import { Guard, type GuardTerms, type Pass, type Refusal } from './guard.ts'
import { type Control, controls } from './protocol.ts'
import { replay } from './replay.ts'
import { QueryError, search } from './search.ts'
import { mostStreams, Streams } from './streams.ts'
import { toHtml } from './to-html.ts'

/** What is needed of a boss to show and to control him. */
export type Shown = Followed & { readonly name: string; readonly control: Pick<Observer<Signal>, 'next'> }

export interface HandlerTerms extends GuardTerms, FeedOptions {
  readonly readonly: boolean
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const always = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin-allow-popups',
  'cache-control': 'no-store',
} as const

const longestBody = 1024

export class Handler {
  readonly #boss: Shown
  readonly #terms: HandlerTerms
  readonly #guard: Guard
  readonly #feed: Feed
  readonly #streams: Streams
  readonly #failed: FailedInstructions

  constructor(boss: Shown, terms: HandlerTerms) {
    this.#boss = boss
    this.#terms = terms
    this.#guard = new Guard(terms)
    this.#feed = new Feed(boss, terms)
    this.#failed = new FailedInstructions(boss)
    this.#streams = new Streams(this.#feed, { csrf: this.#guard.csrf, controls: !terms.readonly, version })
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(always)) response.setHeader(name, value)
    const url = urlOf(request)
    if (url === undefined) return refuse(response, { status: 400, why: 'This is no address' })
    const admitted = this.#guard.admit(request, url)
    if ('status' in admitted) return refuse(response, admitted, url.pathname === '/')
    if (admitted.setCookie !== undefined) {
      response.writeHead(303, { 'set-cookie': admitted.setCookie, location: './' }).end()
      return
    }
    if (request.method === 'POST' && url.pathname === '/api/control') {
      void this.#control(request, response, admitted)
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, { status: 405, why: 'Only GET is answered here' })
    this.#answer(request, response, url)
  }

  end(): void {
    this.#feed.end()
    this.#failed.end()
    this.#streams.end()
  }

  #answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const parameter = (name: string) => url.searchParams.get(name)
    switch (url.pathname) {
      case '/':
        // Mounted under a path, the page needs a slash behind it: what it loads lies beside it.
        if (lacksSlash(request)) return void response.writeHead(308, { location: withSlash(request) }).end()
        return send(response, 'text/html', page(this.#boss.name))
      case '/page.js':
        return send(response, 'text/javascript', assets().script)
      case '/page.css':
        return send(response, 'text/css', assets().style)
      case '/api/stream': {
        if (this.#streams.full)
          return refuse(response, { status: 503, why: `${mostStreams} pages look at this run already` })
        const from = request.headers['last-event-id'] ?? parameter('from')
        return this.#streams.open(request, response, from ? Number(from) : undefined)
      }
      case '/api/reports':
        try {
          const before = parameter('before')
          const found = search(
            this.#feed.run.spans,
            parameter('q') ?? '',
            before === null ? undefined : Number(before),
          )
          return sendJson(response, found)
        } catch (error) {
          if (!(error instanceof QueryError)) throw error
          return refuse(response, { status: 400, why: error.message })
        }
      case '/api/failure': {
        const details = this.#failed.of(Number(parameter('id') ?? Number.NaN))
        if (details !== undefined) return sendJson(response, details)
        return refuse(response, {
          status: 404,
          why: 'The last thousand failures are kept, and it is none of them',
        })
      }
      case '/api/trace':
        return download(response, 'run.trace.json', [...toTrace(replay(this.#feed.run))].join('\n'))
      case '/api/report':
        return download(response, 'run.html', toHtml(this.#feed.run))
      default:
        return refuse(response, { status: 404, why: 'There is nothing here' })
    }
  }

  async #control(request: IncomingMessage, response: ServerResponse, pass: Pass): Promise<void> {
    const refusal =
      this.#guard.mayChange(request, pass) ??
      (this.#terms.readonly ? { status: 403, why: 'This dashboard shows, and controls nothing' } : undefined)
    if (refusal !== undefined) return refuse(response, refusal)
    const body = await bodyOf(request)
    if (body === undefined) return refuse(response, { status: 413, why: `At most ${longestBody} bytes` })
    const type = controlIn(body)
    if (type === undefined)
      return refuse(response, { status: 400, why: `Send { "type": ... }, one of ${controls.join(', ')}` })
    this.#boss.control.next({ type, by: 'web' })
    sendJson(response, { type })
  }
}

const page = (name: string): string =>
  htmlDocument({
    title: `${name} · rxboss`,
    head: '<link rel="stylesheet" href="page.css">\n<script type="module" src="page.js"></script>',
    body: '',
  })

// -- requests ----------------------------------------------------------------------------------------------------------

function urlOf(request: IncomingMessage): URL | undefined {
  try {
    return new URL(`http://host${request.url ?? '/'}`)
  } catch {
    return undefined
  }
}

/** Express and the like take the path off under which they mount; what was asked for is kept in `originalUrl`. */
const asked = (request: IncomingMessage): string =>
  (request as { readonly originalUrl?: string }).originalUrl ?? request.url ?? '/'

const lacksSlash = (request: IncomingMessage): boolean => !asked(request).split('?')[0]?.endsWith('/')

const withSlash = (request: IncomingMessage): string => `${asked(request).split('?')[0]?.split('/').at(-1)}/`

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > longestBody) return undefined
  }
  return text
}

function controlIn(body: string): Control | undefined {
  try {
    const { type } = JSON.parse(body) ?? {}
    return controls.find(control => control === type)
  } catch {
    return undefined
  }
}

// -- answers -----------------------------------------------------------------------------------------------------------

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text)
}

const sendJson = (response: ServerResponse, value: unknown): void =>
  send(response, 'application/json', JSON.stringify(value))

function download(response: ServerResponse, name: string, text: string): void {
  response.setHeader('content-disposition', `attachment; filename="${name}"`)
  send(response, name.endsWith('.html') ? 'text/html' : 'application/json', text)
}

/** @param human  somebody looks at it, who may have come by a link from elsewhere: then the cookie comes with the next step */
function refuse(response: ServerResponse, { status, why }: Refusal, human = false): void {
  // What is still to come of a body is not waited for.
  response.setHeader('connection', 'close')
  response.statusCode = status
  if (!human || status !== 401) {
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    response.end(`${why}\n`)
    return
  }
  response.setHeader('content-type', 'text/html; charset=utf-8')
  const body = `<p>${why}.</p>\n<p>If you have opened it before in this browser: <a href="./">go on</a>.</p>`
  response.end(htmlDocument({ title: 'rxboss', head: '', body }))
}
