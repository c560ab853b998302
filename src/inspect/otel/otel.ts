/**
 * A run for OpenTelemetry: spans and metrics made of events, with their own times, so that workers need no SDK.
 *
 *     run  (INTERNAL)
 *      ├── process resize  (CONSUMER) ──link──► who gave the instruction, by its `traceparent`
 *      └── process resize  ...
 *
 * `traceparent` travels on to the worker, which finds it on its task.
 */

import {
  type Context,
  context,
  type Link,
  type Meter,
  metrics as meters,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'

import type { AnyWorker, Boss, InspectEvent } from '../../index.ts'
import { Boundary } from '../boundary.ts'
import { OtelMetrics } from './otel-metrics.ts'
import { attributes, operation, system } from './otel-names.ts'
import { parseTraceparent } from './traceparent.ts'

export interface OtelOptions {
  /** A span for each instruction and one for the run; for the run alone; none. Default `instruction`. */
  readonly spans?: 'instruction' | 'run' | 'none'
  /** Default: those of the global providers, under the name `rxboss`. */
  readonly tracer?: Tracer
  readonly meter?: Meter
}

type Event<T extends InspectEvent['type']> = Extract<InspectEvent, { type: T }>

/** What becomes of a span is known when its instruction is settled. */
interface Begun {
  readonly event: Event<'instruction.start'>
  readonly links: Link[]
}

/** What {@link toOtel} gives back. */
export interface Telemetry {
  /** Ends every span that is open, and hears no more. */
  end(): void
}

/**
 * Sends a run to OpenTelemetry until it ends.
 *
 * Observes `inspect$`, so it pays for each instruction. Call it before `makeThemWork()`: of what began earlier nothing is
 * known. An instruction that is repeated has a span for each attempt. No names or ids are on metrics.
 *
 * @returns ends it early; what is open is closed
 * @throws {TypeError} when this is not a boss, or `spans` is none of the three
 *
 * @example
 * import { toOtel } from 'rxboss/otel'
 *
 * toOtel(boss)
 * boss.makeThemWork()
 */
export function toOtel(boss: Pick<Boss<AnyWorker>, 'inspect$'>, options: OtelOptions = {}): Telemetry {
  const { spans = 'instruction', tracer = trace.getTracer(system), meter = meters.getMeter(system) } = options
  if (typeof boss?.inspect$?.subscribe !== 'function')
    throw new TypeError(`Cannot send ${String(boss)} to OpenTelemetry: it must be a Boss`)
  if (!['instruction', 'run', 'none'].includes(spans))
    throw new TypeError(`Cannot make spans of '${spans}': it must be 'instruction', 'run' or 'none'`)
  const measured = new OtelMetrics(meter)
  const traced = spans === 'none' ? undefined : new Spans(tracer, spans === 'instruction')
  const end = () => {
    traced?.end()
    measured.end()
  }
  const boundary = new Boundary({ view: 'OpenTelemetry' })
  const subscription = boss.inspect$.subscribe({
    next: boundary.guard((event: InspectEvent) => {
      measured.take(event)
      traced?.take(event)
    }),
    complete: boundary.guard(end),
  })
  return {
    end: () => {
      subscription.unsubscribe()
      end()
    },
  }
}

class Spans {
  readonly #tracer: Tracer
  readonly #each: boolean
  readonly #begun = new Map<number, Begun>()
  readonly #links = new Map<number, Link[]>()
  #run: { readonly span: Span; readonly context: Context } | undefined
  /** What is to be added to an event's time for milliseconds since 1970. */
  #origin = 0
  #t = 0

  constructor(tracer: Tracer, each: boolean) {
    this.#tracer = tracer
    this.#each = each
  }

  take(event: InspectEvent): void {
    this.#t = Math.max(this.#t, event.t)
    if (this.#run === undefined) this.#beginRun(event)
    switch (event.type) {
      case 'boss.start':
        this.#run?.span.setAttributes({ 'rxboss.crew': event.crew, 'rxboss.concurrency': event.concurrency })
        return
      case 'boss.end':
        if (event.status === 'failed') this.#run?.span.setStatus({ code: SpanStatusCode.ERROR })
        this.#run?.span.setAttribute('rxboss.status', event.status)
        return this.end()
      case 'instruction.accept': {
        const creator = event.traceparent === undefined ? undefined : parseTraceparent(event.traceparent)
        if (creator !== undefined && this.#each) this.#links.set(event.id, [{ context: creator }])
        return
      }
      case 'instruction.start':
        if (this.#each) this.#begun.set(event.id, { event, links: this.#links.get(event.id) ?? [] })
        return
      case 'instruction.retry':
        return this.#close(event.id, event.t, { kind: 'retried', error: event.code })
      case 'report':
        if (event.kind !== 'interim') this.#settle(event)
        return
      default:
        return
    }
  }

  end(): void {
    for (const id of [...this.#begun.keys()]) this.#close(id, this.#t, { kind: 'unfinished' })
    this.#run?.span.end(this.#origin + this.#t)
  }

  #beginRun({ boss, t }: InspectEvent): void {
    this.#origin = Date.now() - t
    const span = this.#tracer.startSpan(`run ${boss}`, {
      kind: SpanKind.INTERNAL,
      startTime: this.#origin + t,
      attributes: { [attributes.run]: boss },
    })
    this.#run = { span, context: trace.setSpan(context.active(), span) }
  }

  #settle({ id, kind, t, failure, workMs = 0 }: Event<'report'>): void {
    const began = this.#begun.get(id)?.event.began
    const ended = kind === 'cancelled' || began === undefined ? t : began + workMs
    const error = failure && (failure.code === 'threw' ? (failure.error?.name ?? failure.code) : failure.code)
    this.#close(id, ended, { kind, error, why: failure?.why })
    this.#links.delete(id)
  }

  #close(
    id: number,
    ended: number,
    {
      kind,
      error,
      why,
    }: { readonly kind: string; readonly error?: string | undefined; readonly why?: string | undefined },
  ): void {
    const begun = this.#begun.get(id)
    if (begun === undefined) return
    this.#begun.delete(id)
    const { worker, name, ticket, attempt, waitMs, began } = begun.event
    const span = this.#tracer.startSpan(
      `${operation} ${worker}`,
      {
        kind: SpanKind.CONSUMER,
        startTime: this.#origin + began,
        links: begun.links,
        attributes: {
          [attributes.system]: system,
          [attributes.operation]: operation,
          [attributes.operationName]: operation,
          [attributes.destination]: worker,
          [attributes.messageId]: String(id),
          [attributes.run]: begun.event.boss,
          [attributes.ticket]: ticket,
          [attributes.attempt]: attempt,
          [attributes.wait]: waitMs / 1000,
          [attributes.kind]: kind,
          'rxboss.name': name,
          ...(error !== undefined && { [attributes.errorType]: error }),
        },
      },
      this.#run?.context,
    )
    if (error !== undefined)
      span.setStatus({ code: SpanStatusCode.ERROR, ...(why !== undefined && { message: why }) })
    span.end(this.#origin + Math.max(began, ended))
  }
}
