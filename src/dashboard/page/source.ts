/**
 * Where the page has its run from: a stream of the server, reduced here as it is there, or what lies in the document of a
 * report.
 */

import type { InspectEvent } from '../../inspect/events.ts'
import { reduceAll } from '../../inspect/reduce.ts'
import { emptyRun, type Run } from '../../inspect/run.ts'
import { fromColumns } from '../columns.ts'
import type { Batch, Control, FailureDetails, Hello, Snapshot } from '../protocol.ts'
import { fromData, type RunData } from '../run-data.ts'
import { type Found, search } from '../search.ts'

export type Connection = 'connecting' | 'live' | 'lost' | 'hidden' | 'ended' | 'file'

export interface Source {
  readonly run: Run
  readonly connection: Connection
  readonly hello: Hello | undefined
  /** Milliseconds since the boss began. */
  now(): number
  find(query: string, before?: number): Promise<Found>
  failure(id: number): Promise<FailureDetails | undefined>
  control(type: Control): Promise<void>
}

/** @param changed  told whenever there is something else to show */
export function openSource(changed: () => void): Source {
  const data = document.querySelector('script#run')?.textContent
  return data == null ? new Server(changed) : new File(fromData(JSON.parse(data) as RunData))
}

class File implements Source {
  readonly connection = 'file'
  readonly hello = undefined
  readonly run: Run

  constructor(run: Run) {
    this.run = run
  }

  now(): number {
    return this.run.t
  }

  async find(query: string, before?: number): Promise<Found> {
    return search(this.run.spans, query, before)
  }

  async failure(id: number): Promise<FailureDetails | undefined> {
    for (const { failure, examples } of this.run.failures.groups) {
      const example = examples.find(({ id: known }) => known === id)
      if (example !== undefined)
        return {
          name: example.name,
          text: failure.error?.stack ?? `${failure.what}: ${failure.why}\n${failure.remedy}`,
        }
    }
    return undefined
  }

  async control(): Promise<void> {}
}

/** After a connection was lost, it is tried again so often. */
const againMs = 2000

class Server implements Source {
  run: Run = emptyRun()
  connection: Connection = 'connecting'
  hello: Hello | undefined
  readonly #changed: () => void
  #events: EventSource | undefined
  #known = false
  /** What the clock of this page showed when the boss began. */
  #origin = 0
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(changed: () => void) {
    this.#changed = changed
    document.addEventListener('visibilitychange', () => this.#seen())
    this.#seen()
  }

  now(): number {
    return this.run.status === 'running' && this.connection === 'live'
      ? performance.now() - this.#origin
      : this.run.t
  }

  async find(query: string, before?: number): Promise<Found> {
    const parameters = new URLSearchParams({
      q: query,
      ...(before !== undefined && { before: String(before) }),
    })
    const response = await fetch(`api/reports?${parameters}`)
    if (!response.ok) throw new Error((await response.text()).trim())
    return (await response.json()) as Found
  }

  async failure(id: number): Promise<FailureDetails | undefined> {
    const response = await fetch(`api/failure?id=${id}`)
    return response.ok ? ((await response.json()) as FailureDetails) : undefined
  }

  async control(type: Control): Promise<void> {
    const response = await fetch('api/control', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf': this.hello?.csrf ?? '' },
      body: JSON.stringify({ type }),
    })
    if (!response.ok) throw new Error((await response.text()).trim())
  }

  /** A page that nobody sees needs no stream. */
  #seen(): void {
    if (document.visibilityState === 'hidden') {
      this.#leave()
      this.#be('hidden')
    } else if (this.#events === undefined) this.#open()
  }

  #open(): void {
    clearTimeout(this.#again)
    const events = new EventSource(this.#known ? `api/stream?from=${this.run.seq}` : 'api/stream')
    this.#events = events
    const on = <A>(type: string, take: (data: A) => void) =>
      events.addEventListener(type, ({ data }) => take(JSON.parse(data) as A))
    on<Hello>('hello', hello => {
      this.hello = hello
    })
    on<Snapshot>('snapshot', ({ run, now }) => this.#take(fromData(run), now))
    on<Batch>('batch', ({ events, now, total }) => {
      const run = reduceAll(this.run, fromColumns<InspectEvent>(events))
      this.#take(total === undefined ? run : { ...run, total }, now)
    })
    events.onerror = () => {
      this.#leave()
      if (this.run.status !== 'running') return this.#be('ended')
      this.#be('lost')
      this.#again = setTimeout(() => this.#open(), againMs)
    }
  }

  #take(run: Run, now: number): void {
    this.run = run
    this.#known = true
    this.#origin = performance.now() - now
    this.#be(run.status === 'running' ? 'live' : 'ended')
  }

  #leave(): void {
    clearTimeout(this.#again)
    this.#events?.close()
    this.#events = undefined
  }

  #be(connection: Connection): void {
    this.connection = connection
    this.#changed()
  }
}
