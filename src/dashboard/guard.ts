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
  /** `undefined`: the app around it asks who comes. */
  readonly token: string | undefined
  /** What tells the cookies of two dashboards of one machine apart. */
  readonly cookie: () => string
}

/** Why somebody is sent away. */
export interface Refusal {
  readonly status: number
  readonly why: string
}

/** What somebody may do who was let in. */
export interface Pass {
  /** By a token in a header: no page of another site can send that, so no `x-csrf` is asked for. */
  readonly bearer: boolean
  /** To be set, and to go on without the token in the address. */
  readonly setCookie?: string
}

/** 144 random bits. */
export const randomToken = (): string => randomBytes(18).toString('base64url')

export class Guard {
  readonly csrf = randomToken()
  readonly #terms: GuardTerms
  readonly #session = randomToken()
  #exchanged = false

  constructor(terms: GuardTerms) {
    this.#terms = terms
  }

  admit(request: IncomingMessage, url: URL): Pass | Refusal {
    return this.#strange(request, url) ?? this.#known(request, url)
  }

  /** For what changes something: `undefined` when it may. */
  mayChange(request: IncomingMessage, { bearer }: Pass): Refusal | undefined {
    const [type] = (request.headers['content-type'] ?? '').split(';')
    if (type?.trim().toLowerCase() !== 'application/json') return { status: 415, why: 'Send JSON' }
    if (bearer || same(header(request, 'x-csrf'), this.csrf)) return undefined
    return { status: 403, why: 'The x-csrf header is missing or wrong: it is what `hello` says' }
  }

  /** Sent by a page that is not ours, or to a name that is not ours. */
  #strange(request: IncomingMessage, url: URL): Refusal | undefined {
    const host = header(request, 'host')
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

  #known(request: IncomingMessage, url: URL): Pass | Refusal {
    const { token } = this.#terms
    if (token === undefined) return { bearer: false }
    const [scheme, credentials] = header(request, 'authorization').split(' ')
    if (scheme?.toLowerCase() === 'bearer') {
      return same(credentials, token) ? { bearer: true } : { status: 401, why: 'A wrong token' }
    }
    const given = url.searchParams.get('token')
    if (given !== null && url.pathname === '/') {
      if (!same(given, token)) return { status: 401, why: 'A wrong token' }
      if (this.#exchanged) return { status: 401, why: 'This address was used before: it works once' }
      this.#exchanged = true
      const setCookie = `${this.#terms.cookie()}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`
      return { bearer: false, setCookie }
    }
    if (same(cookie(request, this.#terms.cookie()), this.#session)) return { bearer: false }
    return { status: 401, why: 'Open the address that was printed where the run was started' }
  }
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
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
