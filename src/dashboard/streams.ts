/**
 * The pages that are open, each at the end of a stream of server-sent events: `hello`, `snapshot`, then `batch` after
 * `batch`, and between them the past, piece by piece, as `older`. Whoever reads too slowly is told nothing until it has
 * caught up, and then a new snapshot: nothing piles up.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'

import { lastOf } from '../inspect/bounded-log.ts'
import type { InspectEvent } from '../inspect/events.ts'
import type { Span } from '../inspect/run.ts'
import { toJson } from '../words/to-json.ts'
import { toColumns } from './columns.ts'
import type { Feed } from './feed.ts'
import { aliveEveryMs, briefEveryMs, mostStreams, rowsOfPiece, spansAtFirst } from './limits.ts'
import type { Brief, EventBatch, Hello, Older, Snapshot } from './page-protocol.ts'
import { toData } from './run-data.ts'
import { shownEvent } from './shown-failure.ts'

export class Streams {
  readonly #feed: Feed
  readonly #hello: Hello
  readonly #open = new Set<ServerResponse>()

  constructor(feed: Feed, hello: Hello) {
    this.#feed = feed
    this.#hello = hello
  }

  get full(): boolean {
    return this.#open.size >= mostStreams
  }

  /** @param from  the last event that this page knows of */
  open(request: IncomingMessage, response: ServerResponse, from: number | undefined): void {
    const feed = this.#feed
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
    this.#open.add(response)
    const page = new PageStream(feed, response)
    page.say('hello', this.#hello)
    const missed = from === undefined ? undefined : feed.since(from)
    if (missed === undefined) page.snapshot(spansAtFirst)
    else page.batch(missed, feed.now)
    const leave = feed.follow({
      happened: (events, now) => page.happened(events, now),
      flooded: () => page.flooded(),
    })
    const alive = setInterval(() => response.write(':\n\n'), aliveEveryMs).unref()
    request.once('close', () => {
      clearInterval(alive)
      leave()
      page.end()
      this.#open.delete(response)
    })
  }

  /** Figures alone, for a page that nobody sees. */
  openBrief(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
    this.#open.add(response)
    let said = ''
    const say = () => {
      const { status, phase, pump, intake, counts, refused, total, workers, boss } = this.#feed.run
      const brief: Brief = { status, phase, pump, intake, counts, refused, total, workers, boss }
      const data = toJson(brief)
      if (data === said || response.writableNeedDrain) return
      said = data
      response.write(`event: brief\ndata: ${data}\n\n`)
    }
    say()
    const timer = setInterval(say, briefEveryMs).unref()
    request.once('close', () => {
      clearInterval(timer)
      this.#open.delete(response)
    })
  }

  end(): void {
    for (const response of this.#open) response.end()
  }
}

/** What one page is told. */
class PageStream {
  readonly #feed: Feed
  readonly #response: ServerResponse
  /** It has not read yet what it was told; and it was not told all that happened meanwhile. */
  #behind = false
  #skipped = false
  /** Of the past, what is still to be told. */
  #older: readonly Span[] = []
  #next: NodeJS.Immediate | undefined

  constructor(feed: Feed, response: ServerResponse) {
    this.#feed = feed
    this.#response = response
  }

  say(event: string, data: unknown): void {
    const fits = this.#response.write(`event: ${event}\nid: ${this.#feed.run.seq}\ndata: ${toJson(data)}\n\n`)
    if (fits || this.#behind) return
    this.#behind = true
    this.#response.once('drain', () => {
      this.#behind = false
      if (this.#skipped) this.snapshot(0)
      else this.#goOn()
    })
  }

  /** @param past  so many attempts from before follow */
  snapshot(past: number): void {
    const { run, now } = this.#feed
    this.#skipped = false
    this.#older = past > rowsOfPiece ? lastOf(run.spans, past).slice(0, -rowsOfPiece) : []
    this.say('snapshot', { run: toData(run, rowsOfPiece), now } satisfies Snapshot)
    this.#goOn()
  }

  batch(events: readonly InspectEvent[], now: number): void {
    const { besides } = this.#feed
    this.say('batch', { events: toColumns(events.map(shownEvent)), now, besides } satisfies EventBatch)
  }

  happened(events: readonly InspectEvent[], now: number): void {
    if (this.#behind) this.#skipped = true
    else this.batch(events, now)
  }

  flooded(): void {
    if (this.#behind) this.#skipped = true
    else this.snapshot(0)
  }

  end(): void {
    this.#older = []
    clearImmediate(this.#next)
  }

  /** A piece of the past each turn: others want the thread, too. */
  #goOn(): void {
    if (this.#older.length === 0 || this.#behind || this.#next !== undefined) return
    this.#next = setImmediate(() => {
      this.#next = undefined
      const rows = this.#older.slice(-rowsOfPiece)
      this.#older = this.#older.slice(0, -rowsOfPiece)
      if (rows.length > 0) this.say('older', { rows: toColumns(rows) } satisfies Older)
      this.#goOn()
    })
  }
}
