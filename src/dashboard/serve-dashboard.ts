/** `serveDashboard(boss)` and `dashboardHandler(boss)`: a page that shows a run and controls it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { FeedOptions } from './feed.ts'
import { Tokens } from './guard.ts'
import { Handler, type InstructionOptions, type Shown } from './handler.ts'
import { HostNames, isLoopback } from './host-names.ts'

/** How a dashboard is served. */
export interface DashboardOptions extends FeedOptions, InstructionOptions {
  /** Default 0: any that is free. */
  readonly port?: number
  /**
   * The address to listen at. Default `127.0.0.1`: this machine alone. At any other, everybody who has the address of the
   * page sees the run, its traffic is not encrypted, and there are no controls unless `remoteControl` says so.
   */
  readonly host?: string
  /** Other names under which it may be asked for, as in `build-7:8080` or `build-7`: those of a proxy, for instance. */
  readonly allowedHosts?: readonly string[]
  /** No controls. Default false. */
  readonly readonly?: boolean
  /** Controls from other machines, too. Default false. */
  readonly remoteControl?: boolean
}

/** A dashboard that is served. */
export interface Dashboard {
  /** The page's address. It holds a token that lets one browser in, once: whoever has it may control the run. */
  readonly url: string
  /** Without the token, to be shown anywhere. */
  readonly address: string
  /** The token, for scripts: `Authorization: Bearer <token>`. */
  readonly token: string
  /** A new address, for another browser: it works once, as the first. */
  newUrl(): string
  /** Closes the page for everybody. The run goes on. Resolves when the port is free. */
  close(): Promise<void>
}

/**
 * Serves a page that shows a run while it goes on: task stream, workers, rates, failures, reports with a search, controls.
 *
 * Starts watching now: what happened before is known as counts. Keeps the process alive until it is closed, also after the
 * boss has gone, so that people can look. Observing costs a few microseconds for each instruction.
 *
 * @returns resolves once it listens; rejects when the port is taken or the address is not ours
 * @throws {TypeError} when this is not a boss
 *
 * @example
 * const { url, close } = await serveDashboard(boss)
 * console.log(`Look at ${url}`)
 */
export async function serveDashboard(boss: Shown, options: DashboardOptions = {}): Promise<Dashboard> {
  mustBeBoss(boss)
  const {
    port = 0,
    host = '127.0.0.1',
    allowedHosts = [],
    readonly = false,
    remoteControl = false,
    ...more
  } = options
  const tokens = new Tokens()
  const names = new HostNames(host, allowedHosts)
  const handler = new Handler(boss, {
    ...more,
    hosts: asked => names.has(asked),
    tokens,
    cookie: () => `rxboss_${portOf(server.address())}`,
    readonly: readonly || (!isLoopback(host) && !remoteControl),
  })
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 20_000, maxHeaderSize: 16_384 },
    (request, response) => handler.handle(request, response),
  )
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
  } catch (error) {
    handler.end()
    throw error
  }
  const address = `http://${names.shown}:${portOf(server.address())}/`
  const urlOf = (token: string) => `${address}?token=${token}`
  return {
    url: urlOf(tokens.first),
    address,
    token: tokens.first,
    newUrl: () => urlOf(tokens.issue()),
    close: () =>
      new Promise(resolve => {
        handler.end()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What the handler lets through. */
export interface DashboardHandlerOptions extends FeedOptions, InstructionOptions {
  /** No controls. Default false. */
  readonly readonly?: boolean
  /** Host headers that are accepted. Default: all, since the app around it knows its names. */
  readonly allowedHosts?: readonly string[]
}

/**
 * The same page for a server of your own, mounted anywhere: a plain request handler of `node:http`, Express and the like.
 * The login is that server's business; that a request comes from the page itself is still checked (Origin, Fetch Metadata,
 * and a token with each control).
 *
 * Where the server does not take the path off under which it is mounted, take it off `request.url` first.
 *
 * @throws {TypeError} when this is not a boss
 *
 * @example
 * app.use('/boss', requireLogin, dashboardHandler(boss))
 */
export function dashboardHandler(
  boss: Shown,
  { readonly = false, allowedHosts, ...more }: DashboardHandlerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  mustBeBoss(boss)
  const handler = new Handler(boss, {
    ...more,
    hosts: allowedHosts === undefined ? undefined : asked => allowedHosts.includes(asked),
    tokens: undefined,
    cookie: () => '',
    readonly,
  })
  return (request, response) => handler.handle(request, response)
}

function mustBeBoss(boss: Shown): void {
  if (typeof boss?.inspect$?.subscribe !== 'function' || typeof boss.control?.next !== 'function')
    throw new TypeError(`Cannot show ${String(boss)}: it must be a Boss`)
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0
