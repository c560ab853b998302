/**
 * Answers requests: the page, the stream it lives on, searches, downloads, and controls. Whoever comes is looked at by the
 * guard first. Whatever throws costs that one answer: no request can end a run, and none keeps its thread for long.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Observer } from 'rxjs'

import { explain, type Signal } from '../index.ts'
import type { Followed } from '../inspect/follow.ts'
import { describeSafely } from '../words/error-data.ts'
import type { Instruction } from '../words/instruction.ts'
import { toJson } from '../words/to-json.ts'
import { version } from '../words/version.ts'
import { assets } from './assets.ts'
import { commandIn } from './commands.ts'
import { htmlDocument } from './document.ts'
import { FailedInstructions } from './failed-instructions.ts'
import { Feed, type FeedOptions } from './feed.ts'
import { type GuardTerms, type Pass, RequestGuard } from './guard.ts'
import { longestBody, mostStreams } from './limits.ts'
import { type Command, controls } from './page-protocol.ts'
import { download, inSlices, send, sendJson, sendRefusal } from './responses.ts'
import { type Found, QueryError, searchInSteps } from './search.ts'
import { Streams } from './streams.ts'
import { htmlPieces } from './to-html.ts'
import { traceOfRun } from './trace-of-run.ts'
import { Waiters } from './waiters.ts'

/** What is needed of a boss to show and to control it. */
export type Shown = Followed & {
  readonly name: string
  readonly control: Pick<Observer<Signal>, 'next'>
  /** Where single instructions may be given again, or cancelled. */
  readonly give?: (instruction: never) => number
  /** Ends a single instruction; true when that decides its outcome. */
  readonly cancel?: (id: number, reason?: unknown) => boolean
}

/** What may be said and done about single instructions by whoever serves the page. */
export interface InstructionOptions {
  /** Gives an instruction that failed again, under whatever id it had. Default: `boss.give`. `false`: nobody may. */
  readonly retry?: ((instruction: Instruction, id: number) => void) | false
  /** Why an instruction waits, where somebody knows. */
  readonly explain?: (id: number) => string | undefined
}

export interface HandlerTerms extends GuardTerms, FeedOptions, InstructionOptions {
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

export class Handler {
  readonly #boss: Shown
  readonly #terms: HandlerTerms
  readonly #guard: RequestGuard
  readonly #feed: Feed
  readonly #streams: Streams
  readonly #failed: FailedInstructions
  readonly #waiters = new Waiters()

  constructor(boss: Shown, terms: HandlerTerms) {
    this.#boss = boss
    this.#terms = terms
    this.#guard = new RequestGuard(terms)
    this.#feed = new Feed(boss, terms, this.#waiters)
    this.#failed = new FailedInstructions(boss)
    const mayChange = !terms.readonly
    const can = {
      retry: mayChange && terms.retry !== false && (terms.retry ?? boss.give) !== undefined,
      cancel: mayChange && boss.cancel !== undefined,
      profile: mayChange,
    }
    this.#streams = new Streams(this.#feed, { csrf: this.#guard.csrf, controls: mayChange, can, version })
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    // Somebody who goes in the middle of it is nobody's failure.
    request.on('error', () => {})
    response.on('error', () => {})
    this.#handle(request, response).catch(error => this.#broke(error, response))
  }

  end(): void {
    this.#feed.end()
    this.#failed.end()
    this.#streams.end()
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(always)) response.setHeader(name, value)
    const url = urlOf(request)
    if (url === undefined) return sendRefusal(response, { status: 400, why: 'This is not an address' })
    const admitted = this.#guard.admit(request, url)
    if ('status' in admitted) return sendRefusal(response, admitted, url.pathname === '/')
    if (admitted.moved) {
      const { setCookie } = admitted
      response.writeHead(303, { ...(setCookie !== undefined && { 'set-cookie': setCookie }), location: './' })
      return void response.end()
    }
    if (request.method === 'POST' && url.pathname === '/api/control')
      return await this.#control(request, response, admitted)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendRefusal(response, { status: 405, why: 'Only GET is answered here' })
    await this.#answer(request, response, url)
  }

  #broke(error: unknown, response: ServerResponse): void {
    if (response.destroyed || response.writableEnded) return
    if (error instanceof QueryError) return sendRefusal(response, { status: 400, why: error.message })
    sendRefusal(response, { status: 500, why: `This could not be answered: ${describeSafely(error)}` })
  }

  async #answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
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
          return sendRefusal(response, { status: 503, why: `${mostStreams} pages look at this run already` })
        if (request.method === 'HEAD') return send(response, 'text/event-stream', '')
        const from = Number(request.headers['last-event-id'] || parameter('from') || Number.NaN)
        return this.#streams.open(request, response, Number.isSafeInteger(from) ? from : undefined)
      }
      case '/api/brief':
        if (this.#streams.full || request.method === 'HEAD') return send(response, 'text/event-stream', '')
        return this.#streams.openBrief(request, response)
      case '/api/waiting': {
        const { run, now } = this.#feed
        return sendJson(
          response,
          this.#waiters.next(run, now, id => this.#terms.explain?.(id) ?? explain(this.#boss, id)?.why),
        )
      }
      case '/api/profile':
        return await this.#profile(response, parameter('worker') ?? '', Number(parameter('seconds') ?? 5))
      case '/api/instructions':
        return send(response, 'application/x-ndjson', this.#failedAsText(which(url.searchParams)))
      case '/api/reports':
        return sendJson(response, await this.#find(parameter('q') ?? '', parameter('before')))
      case '/api/failure': {
        const details = this.#failed.of(Number(parameter('id') ?? Number.NaN))
        if (details !== undefined) return sendJson(response, details)
        return sendRefusal(response, {
          status: 404,
          why: 'The last thousand failures are kept, and it is none of them',
        })
      }
      case '/api/trace':
        return await download(response, 'run.trace.json', traceOfRun(this.#feed.run))
      case '/api/report': {
        const details = this.#failed.all()
        return await download(response, 'run.html', htmlPieces(this.#feed.run, details))
      }
      default:
        return sendRefusal(response, { status: 404, why: 'There is nothing here' })
    }
  }

  async #find(text: string, before: string | null): Promise<Found> {
    const from = before === null ? Number.NaN : Number(before)
    const steps = searchInSteps(this.#feed.run, text, Number.isNaN(from) ? undefined : from)
    return await inSlices(steps)
  }

  async #control(request: IncomingMessage, response: ServerResponse, pass: Pass): Promise<void> {
    const refusal =
      this.#guard.mayChange(request, pass) ??
      (this.#terms.readonly ? { status: 403, why: 'This dashboard shows, and controls nothing' } : undefined)
    if (refusal !== undefined) return sendRefusal(response, refusal)
    const body = await bodyOf(request)
    if (body === undefined) return sendRefusal(response, { status: 413, why: `At most ${longestBody} bytes` })
    const command = commandIn(body)
    if (command === undefined)
      return sendRefusal(response, { status: 400, why: `Send { "type": ... }, one of ${known.join(', ')}` })
    sendJson(response, { type: command.type, ...this.#do(command) })
  }

  async #profile(response: ServerResponse, worker: string, seconds: number): Promise<void> {
    if (this.#terms.readonly)
      return sendRefusal(response, { status: 403, why: 'This dashboard shows, and looks into no worker' })
    try {
      const { profile } = await import('../inspect/profile.ts')
      sendJson(response, await profile(this.#boss, { worker, seconds }))
    } catch (error) {
      sendRefusal(response, { status: 409, why: (error as Error).message })
    }
  }

  #do(command: Command): { readonly count?: number } {
    switch (command.type) {
      case 'cancel':
        return { count: this.#boss.cancel?.(command.id, 'cancelled from the page') ? 1 : 0 }
      case 'retry':
        return { count: this.#retry(command) }
      default:
        this.#boss.control.next({ type: command.type, by: 'web' })
        return {}
    }
  }

  /** @returns how many */
  #retry(which: Which): number {
    const { retry = instruction => void this.#boss.give?.(instruction as never) } = this.#terms
    if (retry === false) return 0
    const again = this.#failed.instructions(which)
    for (const [id, instruction] of again) {
      retry(instruction, id)
      this.#failed.forget(id)
    }
    return again.length
  }

  /** NDJSON, to be given again. */
  #failedAsText(which: Which): string {
    return this.#failed
      .instructions(which)
      .map(([, instruction]) => `${toJson(instruction)}\n`)
      .join('')
  }
}

const known = [...controls, 'cancel', 'retry']

interface Which {
  readonly id?: number
  readonly group?: string
}

function which(parameters: URLSearchParams): Which {
  const [id, group] = [parameters.get('id'), parameters.get('group')]
  return { ...(id !== null && { id: Number(id) }), ...(group !== null && { group }) }
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

/** @returns `undefined`: it is too long @throws where whoever sends it has gone */
function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      text += chunk
      if (text.length > longestBody) resolve(undefined)
    })
    request.on('end', () => resolve(text))
    request.on('error', reject)
    request.on('close', () => reject(new Error('It was not sent to its end')))
  })
}
