/**
 * Where the page has its run from: a stream of the server, reduced here as it is there, or what lies in the document of a
 * report.
 */

import type { InspectEvent } from '../../inspect/events.ts'
import { groupKey } from '../../inspect/failure-groups.ts'
import { reduceAll } from '../../inspect/reduce.ts'
import { emptyRun, type Run, type Span } from '../../inspect/run.ts'
import { fromColumns } from '../columns.ts'
import type { Batch, Control, FailureDetails, Hello, Older, Snapshot } from '../protocol.ts'
import { fromData, type RunData, withOlder } from '../run-data.ts'
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
  if (data == null) return new Server(changed)
  const run = JSON.parse(data) as RunData
  return new File(fromData(run), new Map(run.details))
}

class File implements Source {
  readonly connection = 'file'
  readonly hello = undefined
  readonly run: Run
  readonly #failures: ReadonlyMap<number, FailureDetails>

  constructor(run: Run, failures: ReadonlyMap<number, FailureDetails>) {
    this.run = run
    this.#failures = failures
  }

  now(): number {
    return this.run.t
  }

  async find(query: string, before?: number): Promise<Found> {
    return search(this.run.spans, query, before)
  }

  async failure(id: number): Promise<FailureDetails | undefined> {
    return this.#failures.get(id) ?? ofItsKind(this.run, id)
  }

  async control(): Promise<void> {}
}

/** Where a failure itself is not kept any more: the first of its kind, and said to be that. */
function ofItsKind({ spans, failures }: Run, id: number): FailureDetails | undefined {
  const span = spans.items
    .slice(spans.from, spans.to)
    .findLast(span => span.id === id && span.kind === 'failed')
  const key = span?.code === undefined ? undefined : groupKey(span.code, span.why ?? '')
  const group = failures.groups.find(group => group.key === key)
  if (group === undefined) return undefined
  const { failure, examples } = group
  const [first] = examples
  const text = failure.error?.stack ?? `${failure.what}: ${failure.why}\n${failure.remedy}`
  const note = `Its own stack is not kept. This is the first of its kind, #${first?.id} ${first?.name}:`
  return { name: span?.name ?? '', text: first?.id === id ? text : `${note}\n\n${text}` }
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
    on<Older>('older', ({ rows }) => {
      this.run = { ...this.run, spans: withOlder(this.run.spans, fromColumns<Span>(rows)) }
      this.#changed()
    })
    on<Batch>('batch', ({ events, now, besides }) =>
      this.#take({ ...reduceAll(this.run, fromColumns<InspectEvent>(events)), ...besides }, now),
    )
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
