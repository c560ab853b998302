/** W3C trace context, as one line of text: `00-<trace>-<span>-<flags>`. */

import { context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api'

export function parseTraceparent(text: string): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = '0'] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text) ?? []
  const found: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(found) ? found : undefined
}

/**
 * The same instruction, carrying the span that is active here: its own span links to it, and the worker finds it as
 * `task.traceparent`. Where no span is active, unchanged.
 *
 * @example
 * boss.give(withTraceparent({ path: 'a.png' }))
 */
export function withTraceparent<A extends object>(instruction: A): A & { readonly traceparent?: string } {
  const active = trace.getSpanContext(context.active())
  if (active === undefined || !isSpanContextValid(active)) return instruction
  const flags = active.traceFlags.toString(16).padStart(2, '0')
  return { ...instruction, traceparent: `00-${active.traceId}-${active.spanId}-${flags}` }
}
