/**
 * Events as a trace: Chrome's trace-event JSON, which Perfetto and `chrome://tracing` open.
 *
 *     tid 0          the boss: phases, dead letters, what is pending and running
 *     ticket + 1     a lane: the start of each worker, a slice for each attempt, crashes
 *
 * The array form, an event on each line: a trace that was cut short by a kill is whole once a `]` is added. Slices of
 * one track never overlap, since a ticket has one worker at a time, and a worker one instruction.
 */

import { toJson } from '../words/to-json.ts'
import { attemptTimes } from './attempt-times.ts'
import { cleanName, type InspectEvent } from './events.ts'
import { countEveryMs } from './limits.ts'
import type { Span } from './run.ts'

/** What a trace holds besides spans. */
export interface TraceOptions {
  /** An arrow from where each instruction was accepted to where it starts. Default false: many arrows hide what is to be seen. */
  readonly flows?: boolean
  /** The number of the process before, where lines are added to a trace that has its bracket: this one is the next. */
  readonly behind?: number
}

export interface TraceEvent {
  readonly ph: 'X' | 'M' | 'C' | 'i'
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds since the boss began. */
  readonly ts: number
  readonly dur?: number
  readonly cat?: string
  readonly s?: 't' | 'p'
  readonly bind_id?: string
  readonly flow_out?: true
  readonly flow_in?: true
  readonly args?: Readonly<Record<string, unknown>>
}

type Event<T extends InspectEvent['type']> = Extract<InspectEvent, { type: T }>

/** An attempt at work. */
interface Open {
  readonly name: string
  readonly worker: string
  readonly ticket: number
  readonly attempt: number
  readonly waitMs: number
  readonly began: number
}

type Args = Readonly<Record<string, unknown>>

/** An attempt that has ended. */
interface Slice extends Open {
  readonly id: number
  readonly ended: number
  readonly args: Args
}

interface Place {
  readonly tid: number
  readonly began: number
  readonly ended: number
  /** Microseconds it must have even where it is pushed away: an arrow needs one. */
  readonly least?: number
}

/**
 * Events of one boss, in their order, as the lines of a trace file. Lazy: a line is made when it is asked for.
 *
 * @param events  as `inspect$` emitted them; one that begins late has the slices that it knows of
 * @returns lines without newlines, the brackets of the array among them
 *
 * @example
 * const events = await firstValueFrom(boss.inspect$.pipe(toArray()))
 * await writeFile('run.trace.json', [...toTrace(events)].join('\n'))
 */
export function* toTrace(events: Iterable<InspectEvent>, options: TraceOptions = {}): Generator<string> {
  const tracer = new Tracer(options)
  for (const event of events) yield* tracer.take(event)
  yield* tracer.end()
}

/** The same, an event at a time. */
export class Tracer {
  readonly #flows: boolean
  readonly #open = new Map<number, Open>()
  readonly #spawned = new Map<number, { readonly t: number; readonly workerId: string }>()
  /** Which accepted instruction waits for the end of its arrow. */
  readonly #arrows = new Map<number, string>()
  /** Up to where each track is taken, in microseconds. */
  readonly #taken: number[] = []
  readonly #named = new Set<number>()
  /** Where the workers of each ticket are, if not here. */
  readonly #hosts = new Map<number, string>()
  #lines: string[] = []
  #t = 0
  #counted = Number.NEGATIVE_INFINITY
  #pending = 0
  #running = 0
  #nextArrow = 1
  #begun = false
  #first: boolean
  /** Of whoever looks: a life of the run is a process of the trace. */
  readonly #pid: number

  constructor({ flows = false, behind }: TraceOptions = {}) {
    this.#flows = flows
    this.#first = behind === undefined
    this.#pid = (behind ?? 0) + 1
  }

  /** What follows from an event: any number of lines. */
  take(event: InspectEvent): readonly string[] {
    this.#t = Math.max(this.#t, event.t)
    if (!this.#begun) this.#begin(event)
    this.#understand(event)
    if (this.#t - this.#counted >= countEveryMs) this.#count()
    return this.#takeLines()
  }

  /** What is open is closed as `unfinished`, and so is the array. */
  end(): readonly string[] {
    for (const [id, open] of this.#open)
      this.#slice({ id, ...open, ended: this.#t, args: { kind: 'unfinished' } })
    this.#open.clear()
    for (const id of [...this.#arrows.keys()]) this.#neverBegan(id, 'unfinished')
    if (this.#begun) this.#count()
    return [...this.#takeLines(), this.#begun || !this.#first ? ']' : '[]']
  }

  #understand(event: InspectEvent): void {
    switch (event.type) {
      case 'boss.state':
        return this.#stand(event)
      case 'boss.phase': {
        const { intake, pump, phase, by } = event
        return this.#mark(0, phase === 'live' ? `pump ${pump}, intake ${intake}` : phase, { by })
      }
      case 'boss.end':
        return this.#mark(0, event.status, { ...event.counts, ms: event.ms })
      case 'boss.sample':
        this.#pending = event.pending
        this.#running = event.running
        return
      case 'worker.spawn':
        this.#nameTrack(event.ticket)
        this.#spawned.set(event.ticket, event)
        return
      case 'worker.ready':
        return this.#ready(event)
      case 'worker.exit':
        if (event.reason !== 'crashed' && event.reason !== 'outOfMemory') return
        return this.#mark(event.ticket + 1, `${event.workerId} ${event.reason}`, {
          why: event.why,
          ids: event.ids,
        })
      case 'instruction.accept':
        return this.#accept(event)
      case 'instruction.start':
        return this.#start(event)
      case 'instruction.retry':
        this.#pending++
        return this.#close(event, { kind: 'retried', code: event.code })
      case 'boss.warn':
        return this.#mark(0, 'warning', { why: event.why })
      case 'source.cutOff':
        return this.#mark(0, 'source cut off', { given: event.given })
      case 'instruction.refuse':
        return this.#mark(0, 'refused', { why: event.why })
      case 'report':
        return this.#report(event)
      case 'actor.deadLetter':
        return this.#mark(0, `dead letter: ${event.actor}`, { why: event.why })
      case 'drop':
        return this.#mark(0, `${event.count} events dropped`, {})
      default:
        return
    }
  }

  #begin({ boss }: InspectEvent): void {
    this.#begun = true
    if (this.#first) this.#lines.push('[')
    this.#meta('process_name', 0, { name: cleanName(boss) })
    this.#nameTrack(-1)
  }

  /** Who comes late is told who works: since when, it says. */
  #stand({ lanes, runningNow, counts, t }: Event<'boss.state'>): void {
    this.#pending = counts.pending
    this.#running = counts.running
    for (const { ticket } of lanes) this.#nameTrack(ticket)
    for (const { id, name, worker, ticket, attempt, ms } of runningNow)
      if (!this.#open.has(id))
        this.#open.set(id, { name, worker, ticket, attempt, waitMs: 0, began: Math.max(0, t - ms) })
  }

  #ready({ ticket, workerId, startMs, t, threadId, host }: Event<'worker.ready'>): void {
    if (host !== undefined) {
      this.#hosts.set(ticket, cleanName(host))
      // It was ready before: now it is known where its work goes.
      if (!this.#spawned.has(ticket)) return this.#mark(ticket + 1, `${workerId} at ${cleanName(host)}`, {})
    }
    const began = this.#spawned.get(ticket)?.t ?? Math.max(0, t - startMs)
    this.#spawned.delete(ticket)
    const place = this.#place({ tid: ticket + 1, began, ended: t })
    this.#put({
      ph: 'X',
      name: `start ${workerId}`,
      cat: 'start',
      tid: ticket + 1,
      ...place,
      args: { startMs, threadId },
    })
  }

  #accept({ id, name, worker, parent, t }: Event<'instruction.accept'>): void {
    this.#pending++
    if (!this.#flows && parent === undefined) return
    const arrow = `0x${(this.#nextArrow++).toString(16)}`
    this.#arrows.set(id, arrow)
    const args = { id, worker, ...(parent !== undefined && { parent }) }
    // An arrow begins on a slice, and a slice that is seen is a microsecond at least.
    const place = this.#place({ tid: 0, began: t, ended: t })
    this.#put({
      ph: 'X',
      name: `accept ${cleanName(name)}`,
      cat: 'accept',
      tid: 0,
      ...place,
      bind_id: arrow,
      flow_out: true,
      args,
    })
  }

  #start({ id, name, worker, ticket, attempt, waitMs, began }: Event<'instruction.start'>): void {
    this.#pending = Math.max(0, this.#pending - 1)
    this.#running++
    this.#nameTrack(ticket)
    this.#open.set(id, { name, worker, ticket, attempt, waitMs, began })
  }

  #report(event: Event<'report'>): void {
    const { kind, id, name, worker, ticket, attempt = 1, waitMs = 0, workMs = 0, failure, reason, t } = event
    if (kind === 'interim') return
    const args = {
      kind,
      ...(failure !== undefined && { code: failure.code, why: cleanName(failure.why) }),
      ...(reason !== undefined && { reason: cleanName(reason) }),
    }
    if (this.#open.has(id)) {
      const { workMs: _, ...told } = event
      return this.#close(kind === 'cancelled' ? told : { ...told, workMs }, args)
    }
    if (kind === 'cancelled' || ticket === undefined) {
      this.#pending = Math.max(0, this.#pending - 1)
      return this.#neverBegan(id, kind)
    }
    // Its start was before anybody looked.
    const times = attemptTimes(undefined, { t, workMs })
    this.#slice({ id, name, worker, ticket, attempt, waitMs, ...times, args })
  }

  /** An attempt that is known from its beginning to its end. */
  attempt({
    id,
    name,
    worker,
    ticket,
    attempt,
    waitMs,
    began,
    ended,
    kind,
    code,
    why,
  }: Span): readonly string[] {
    if (ticket === undefined) return []
    this.#nameTrack(ticket)
    const args = {
      kind,
      ...(code !== undefined && { code }),
      ...(why !== undefined && { why: cleanName(why) }),
    }
    this.#slice({ id, name, worker, ticket, attempt, waitMs, began, ended, args })
    return this.#takeLines()
  }

  /** An arrow needs an end. */
  #neverBegan(id: number, kind: string): void {
    const arrow = this.#arrows.get(id)
    if (arrow === undefined) return
    this.#arrows.delete(id)
    const place = this.#place({ tid: 0, began: this.#t, ended: this.#t })
    this.#put({
      ...{ ph: 'X', name: kind, cat: 'accept', tid: 0, ...place },
      ...{ bind_id: arrow, flow_in: true, args: { id } },
    })
  }

  /** @param told  what its end says of it */
  #close(
    told: {
      readonly id: number
      readonly t: number
      readonly waitMs?: number
      readonly workMs?: number
    },
    args: Args,
  ): void {
    const { id, waitMs } = told
    const open = this.#open.get(id)
    if (open === undefined) return
    this.#open.delete(id)
    this.#running = Math.max(0, this.#running - 1)
    this.#slice({ id, ...open, waitMs: waitMs ?? open.waitMs, ...attemptTimes(open, told), args })
  }

  #slice({ id, name, worker, ticket, attempt, waitMs, began, ended, args }: Slice): void {
    const tid = ticket + 1
    const arrow = this.#arrows.get(id)
    this.#arrows.delete(id)
    const place = this.#place({ tid, began, ended, least: arrow === undefined ? 0 : 1 })
    this.#put({
      ...{ ph: 'X', name: cleanName(name), cat: cleanName(worker), tid, ...place },
      ...(arrow !== undefined && ({ bind_id: arrow, flow_in: true } as const)),
      args: { id, name: cleanName(name), attempt, waitMs: round(waitMs), ...args, ...this.#hostOf(ticket) },
    })
  }

  #hostOf(ticket: number): { readonly host?: string } {
    const host = this.#hosts.get(ticket)
    return host === undefined ? {} : { host }
  }

  /**
   * Where it goes on its track: whole microseconds, behind what is there, and as long as it took. Where there is no room for
   * a microsecond that it did not take, it has no length: else many of them would push away what follows.
   */
  #place({ tid, began, ended, least = 1 }: Place): { readonly ts: number; readonly dur: number } {
    const at = Math.floor(began * 1000)
    const taken = this.#taken[tid] ?? 0
    const ts = Math.max(at, taken)
    const dur = Math.max(ts > at ? least : 1, Math.floor(ended * 1000) - at)
    this.#taken[tid] = ts + dur
    return { ts, dur }
  }

  #count(): void {
    this.#counted = this.#t
    const args = { pending: this.#pending, running: this.#running }
    this.#put({ ph: 'C', name: 'instructions', tid: 0, ts: Math.floor(this.#t * 1000), args })
  }

  #mark(tid: number, name: string, args: Readonly<Record<string, unknown>>): void {
    this.#put({ ph: 'i', s: 't', name, tid, ts: Math.floor(this.#t * 1000), args })
  }

  #nameTrack(ticket: number): void {
    const tid = ticket + 1
    if (this.#named.has(tid)) return
    this.#named.add(tid)
    this.#meta('thread_name', tid, { name: tid === 0 ? 'boss' : `ticket ${ticket}` })
    this.#meta('thread_sort_index', tid, { sort_index: tid })
  }

  #meta(name: string, tid: number, args: Readonly<Record<string, unknown>>): void {
    this.#put({ ph: 'M', name, tid, ts: 0, args })
  }

  #put(event: Omit<TraceEvent, 'pid'>): void {
    // The comma leads, so that a file that ends after any line needs nothing but its bracket.
    this.#lines.push(`${this.#first ? '' : ','}${toJson({ ...event, pid: this.#pid })}`)
    this.#first = false
  }

  #takeLines(): readonly string[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000
