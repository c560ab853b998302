/**
 * The pages that are open, each at the end of a stream of server-sent events: `hello`, `snapshot`, then `batch` after
 * `batch`. Whoever reads too slowly is told nothing until it has caught up, and then a new snapshot: nothing piles up.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'

import type { InspectEvent } from '../inspect/events.ts'
import { toColumns } from './columns.ts'
import type { Feed } from './feed.ts'
import type { Batch, Hello, Snapshot } from './protocol.ts'
import { toData } from './run-data.ts'

/** So many at once. */
export const mostStreams = 8
/** So much of the past comes with a snapshot, and with one that is sent because too much happens. */
const spansAtFirst = 50_000
const spansInFlood = 4000
/** A proxy in between closes what is silent for long. */
const aliveEveryMs = 15_000

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
    /** It has not read yet what it was told; and it was not told all that happened meanwhile. */
    let behind = false
    let skipped = false
    const say = (event: string, data: unknown) => {
      const fits = response.write(`event: ${event}\nid: ${feed.run.seq}\ndata: ${JSON.stringify(data)}\n\n`)
      if (fits || behind) return
      behind = true
      response.once('drain', () => {
        behind = false
        if (skipped) snapshot(spansInFlood)
      })
    }
    const snapshot = (spans: number) => {
      skipped = false
      say('snapshot', { run: toData(feed.run, spans), now: feed.now } satisfies Snapshot)
    }
    const batch = (events: readonly InspectEvent[], now: number) =>
      say('batch', {
        ...{ events: toColumns(events), now },
        ...(feed.total !== undefined && { total: feed.total }),
      } satisfies Batch)
    say('hello', this.#hello)
    const missed = from === undefined ? undefined : feed.since(from)
    if (missed === undefined) snapshot(spansAtFirst)
    else batch(missed, feed.now)
    const leave = feed.follow({
      happened: (events, now) => {
        if (behind) skipped = true
        else batch(events, now)
      },
      flooded: () => {
        if (behind) skipped = true
        else snapshot(spansInFlood)
      },
    })
    const alive = setInterval(() => response.write(':\n\n'), aliveEveryMs).unref()
    request.once('close', () => {
      clearInterval(alive)
      leave()
      this.#open.delete(response)
    })
  }

  end(): void {
    for (const response of this.#open) response.end()
  }
}
