/**
 * Who may see and control a run: against pages of other sites that are open in the same browser, against other users and
 * programs of the machine, and against names that lead here (DNS rebinding).
 *
 *     Host ──► Origin and Fetch Metadata ──► token or cookie ──► for what changes something: JSON and x-csrf
 */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface GuardTerms {
  /** Host headers that are ours; `undefined`: the app around it knows. */
  readonly hosts: ((host: string) => boolean) | undefined
  /** Let in by an address that works once, or by a token. `undefined`: the app around it asks who comes. */
  readonly tokens: Tokens | undefined
  /** What tells the cookies of two dashboards of one machine apart. */
  readonly cookie: () => string
}

/** Why somebody is sent away. */
export interface HttpRefusal {
  readonly status: number
  readonly why: string
}

/** What somebody may do who was let in. */
export interface Pass {
  /** By a token in a header: no page of another site can send that, so no `x-csrf` is asked for. */
  readonly bearer: boolean
  /** To go on without the token in the address. */
  readonly moved?: true
  readonly setCookie?: string
}

/** 144 random bits. */
export const randomToken = (): string => randomBytes(18).toString('base64url')

/** Tokens that let somebody in: a script as often as it likes, a browser once each. */
export class Tokens {
  /** For scripts, and of the first address. */
  readonly first = randomToken()
  readonly #issued: string[] = [this.first]
  readonly #used = new Set<string>()

  /** Another one: for another browser. */
  issue(): string {
    const token = randomToken()
    this.#issued.push(token)
    return token
  }

  isIssued(given: string | undefined): boolean {
    // All of them are looked at, so that the time tells nothing.
    return this.#issued.filter(token => same(given, token)).length > 0
  }

  isUsed(token: string): boolean {
    return this.#used.has(token)
  }

  use(token: string): void {
    this.#used.add(token)
  }
}

export class RequestGuard {
  readonly csrf = randomToken()
  readonly #terms: GuardTerms
  readonly #session = randomToken()

  constructor(terms: GuardTerms) {
    this.#terms = terms
  }

  admit(request: IncomingMessage, url: URL): Pass | HttpRefusal {
    return this.#strange(request, url) ?? this.#known(request, url)
  }

  /** For what changes something: `undefined` when it may. */
  mayChange(request: IncomingMessage, { bearer }: Pass): HttpRefusal | undefined {
    const [type] = (request.headers['content-type'] ?? '').split(';')
    if (type?.trim().toLowerCase() !== 'application/json') return { status: 415, why: 'Send JSON' }
    if (bearer || same(header(request, 'x-csrf'), this.csrf)) return undefined
    return { status: 403, why: 'The x-csrf header is missing or wrong: it is what `hello` says' }
  }

  /** Sent by a page that is not ours, or to a name that is not ours. */
  #strange(request: IncomingMessage, url: URL): HttpRefusal | undefined {
    const host = header(request, 'host').toLowerCase()
    const { hosts } = this.#terms
    if (hosts !== undefined && !hosts(host)) return { status: 421, why: 'This is not the host you asked for' }
    const origin = request.headers.origin
    if (origin !== undefined && hostOf(origin) !== host)
      return { status: 403, why: 'Asked for by another site' }
    const site = request.headers['sec-fetch-site']
    if (site === undefined || site === 'same-origin' || site === 'none') return undefined
    // Who follows a link to the page itself.
    const navigates =
      request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document'
    if (request.method === 'GET' && url.pathname === '/' && navigates) return undefined
    return { status: 403, why: 'Asked for by another site' }
  }

  #known(request: IncomingMessage, url: URL): Pass | HttpRefusal {
    const { tokens } = this.#terms
    if (tokens === undefined) return { bearer: false }
    const [scheme, credentials] = header(request, 'authorization').split(' ')
    if (scheme?.toLowerCase() === 'bearer')
      return tokens.isIssued(credentials) ? { bearer: true } : { status: 401, why: 'A wrong token' }
    const isKnown = same(cookie(request, this.#terms.cookie()), this.#session)
    const given = url.searchParams.get('token')
    if (given !== null && url.pathname === '/') {
      if (!tokens.isIssued(given)) return { status: 401, why: 'A wrong token' }
      if (isKnown) return { bearer: false, moved: true }
      if (request.method !== 'GET') return { bearer: false, moved: true }
      if (tokens.isUsed(given)) return { status: 401, why: usedBefore }
      // What only looks where a link leads to, for a preview, leaves it to the browser.
      if (mayBeBrowser(request)) tokens.use(given)
      const setCookie = `${this.#terms.cookie()}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`
      return { bearer: false, moved: true, setCookie }
    }
    if (isKnown) return { bearer: false }
    return { status: 401, why: 'Open the address that was printed where the run was started' }
  }
}

const usedBefore =
  'This address was used before: it works once. For another browser, send SIGUSR2 to the run: it prints a new one'

/** Somebody who navigates: no program that says its name, no preview, nothing that is fetched in advance. */
function mayBeBrowser({ headers }: IncomingMessage): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': dest = 'document', 'user-agent': agent } = headers
  if ((mode ?? 'navigate') !== 'navigate' || dest !== 'document') return false
  if (/prefetch|preview/i.test(`${headers.purpose} ${headers['sec-purpose']} ${headers['x-moz']}`))
    return false
  return (
    agent === undefined || (/^Mozilla\//.test(agent) && !/bot|crawl|spider|preview|externalhit/i.test(agent))
  )
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host.toLowerCase()
  } catch {
    return undefined
  }
}

function cookie(request: IncomingMessage, name: string): string | undefined {
  for (const pair of header(request, 'cookie').split(';')) {
    const [key, value] = pair.trim().split('=')
    if (key === name) return value
  }
  return undefined
}

/** In a time that tells nothing of where they differ. */
const same = (given: string | undefined, wanted: string): boolean =>
  given !== undefined && timingSafeEqual(digest(given), digest(wanted))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
