/**
 * Where the page has its run from: a stream of the server, reduced here as it is there, or what lies in the document of a
 * report.
 */

import type { InspectEvent } from '../../inspect/events.ts'
import { groupKey } from '../../inspect/failure-groups.ts'
import type { CpuProfile } from '../../inspect/profile.ts'
import { reduceAll } from '../../inspect/reduce.ts'
import { emptyRun, type Run, type Span } from '../../inspect/run.ts'
import { fromColumns } from '../columns.ts'
import type {
  Brief,
  Command,
  EventBatch,
  FailureDetails,
  Hello,
  Older,
  Snapshot,
  WaitingView,
} from '../page-protocol.ts'
import { fromData, type RunData, withOlder } from '../run-data.ts'
import { type Found, searchRun } from '../search.ts'

/** `gone`: the run has ended, and so has who served it. */
export type ConnectionState = 'connecting' | 'live' | 'lost' | 'hidden' | 'ended' | 'gone' | 'file'

export interface Source {
  readonly run: Run
  readonly connection: ConnectionState
  readonly hello: Hello | undefined
  /** Milliseconds since the boss began. */
  now(): number
  find(query: string, before?: number): Promise<Found>
  failure(id: number): Promise<FailureDetails | undefined>
  /** What waits, and why. */
  waiting(): Promise<WaitingView | undefined>
  /** What a worker does, for some seconds. */
  profile(worker: string, seconds: number): Promise<CpuProfile | undefined>
  /** Instructions that failed, as NDJSON. */
  instructions(which: { readonly group?: string; readonly id?: number }): Promise<string>
  /** @returns how many it was done to, where that is a number */
  control(command: Command): Promise<number | undefined>
}

/**
 * @param changed  told whenever there is something else to show
 * @param briefly  the same while the page is hidden: figures alone
 */
export function openSource(changed: () => void, briefly: (run: Run) => void): Source {
  const data = document.querySelector('script#run')?.textContent
  if (data == null) return new Server(changed, briefly)
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
    return searchRun(this.run, query, before)
  }

  async failure(id: number): Promise<FailureDetails | undefined> {
    return this.#failures.get(id) ?? ofItsKind(this.run, id)
  }

  async waiting(): Promise<undefined> {}

  async profile(): Promise<undefined> {}

  async instructions(): Promise<string> {
    return ''
  }

  async control(): Promise<undefined> {}
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
  connection: ConnectionState = 'connecting'
  hello: Hello | undefined
  readonly #changed: () => void
  readonly #briefly: (run: Run) => void
  #events: EventSource | undefined
  #known = false
  /** What the clock of this page showed when the boss began. */
  #origin = 0
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(changed: () => void, briefly: (run: Run) => void) {
    this.#changed = changed
    this.#briefly = briefly
    document.addEventListener('visibilitychange', () => this.#seen())
    this.#seen()
  }

  now(): number {
    return this.run.status === 'running' && this.connection === 'live'
      ? performance.now() - this.#origin
      : this.run.t
  }

  async find(query: string, before?: number): Promise<Found> {
    // Whoever kept more has gone: what is here is searched.
    if (this.connection === 'gone') return searchRun(this.run, query, before)
    const parameters = new URLSearchParams({
      q: query,
      ...(before !== undefined && { before: String(before) }),
    })
    return (await (await ask(`api/reports?${parameters}`)).json()) as Found
  }

  async failure(id: number): Promise<FailureDetails | undefined> {
    try {
      return (await (await ask(`api/failure?id=${id}`)).json()) as FailureDetails
    } catch {
      return ofItsKind(this.run, id) // it is not kept there, or nobody is there
    }
  }

  async waiting(): Promise<WaitingView> {
    return (await (await ask('api/waiting')).json()) as WaitingView
  }

  async profile(worker: string, seconds: number): Promise<CpuProfile> {
    const parameters = new URLSearchParams({ worker, seconds: String(seconds) })
    return (await (await ask(`api/profile?${parameters}`)).json()) as CpuProfile
  }

  async instructions({ group, id }: { readonly group?: string; readonly id?: number }): Promise<string> {
    const parameters = new URLSearchParams({
      ...(group !== undefined && { group }),
      ...(id !== undefined && { id: String(id) }),
    })
    return await (await ask(`api/instructions?${parameters}`)).text()
  }

  async control(command: Command): Promise<number | undefined> {
    const response = await ask('api/control', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf': this.hello?.csrf ?? '' },
      body: JSON.stringify(command),
    })
    return ((await response.json()) as { readonly count?: number }).count
  }

  /** A page that nobody sees needs no stream: some figures for its title are enough. */
  #seen(): void {
    if (document.visibilityState === 'hidden') {
      if (this.connection === 'gone') return
      this.#leave()
      this.#be('hidden')
      this.#openBrief()
    } else if (this.connection !== 'live') {
      this.#leave()
      this.#open()
    }
  }

  #openBrief(): void {
    const events = new EventSource('api/brief')
    this.#events = events
    events.addEventListener('brief', ({ data }) =>
      this.#briefly({ ...this.run, ...(JSON.parse(data) as Brief) }),
    )
    events.onerror = () => events.close()
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
    on<EventBatch>('batch', ({ events, now, besides }) =>
      this.#take({ ...reduceAll(this.run, fromColumns<InspectEvent>(events)), ...besides }, now),
    )
    events.onerror = () => {
      this.#leave()
      if (this.run.status !== 'running') return this.#be('gone')
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

  #be(connection: ConnectionState): void {
    this.connection = connection
    this.#changed()
  }
}

/** @throws what the server says that keeps it from answering */
async function ask(path: string, request?: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, request)
  } catch {
    throw new Error('Nobody answers: the connection is lost, or the run has ended')
  }
  if (!response.ok) throw new Error((await response.text()).trim())
  return response
}
