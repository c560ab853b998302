import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import anyTest from 'ava'
import { firstValueFrom } from 'rxjs'
import { toOtel, withTraceparent } from '../../src/entries/otel.ts'
import { Boss, maxThreads, threads } from '../../src/index.ts'
import traced from './workers/traced.ts'

const test = anyTest.serial

function telemetry() {
  const spans = new InMemorySpanExporter()
  const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: figures, exportIntervalMillis: 2 ** 30 })
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer(
    'test',
  )
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test')
  return { spans, figures, reader, tracer, meter }
}

test('a span for each instruction inside one for the run, linked to who gave it; the worker knows of it', async t => {
  const { spans, tracer, meter } = telemetry()
  const boss = new Boss({ workers: traced, crew: threads(), scheduler: maxThreads(2), name: 'shop' })
  toOtel(boss, { tracer, meter })
  const creator = tracer.startSpan('request')
  const { traceId, spanId } = creator.spanContext()
  const given = { n: 1, traceparent: `00-${traceId}-${spanId}-01` }
  boss.give(given)
  boss.give({ n: 2 })
  boss.give({ n: -1 })
  boss.makeThemWork({ terminate: true })
  const { reports } = await boss.waitTillFinished()
  await firstValueFrom(boss.exit$)

  const found = spans.getFinishedSpans()
  const run = found.find(({ kind }) => kind === SpanKind.INTERNAL && true)
  const processed = found.filter(({ kind }) => kind === SpanKind.CONSUMER)
  t.is(run?.name, 'run shop')
  t.is(processed.length, 3)
  for (const span of processed) {
    t.is(span.name, 'process traced')
    t.is(span.parentSpanContext?.spanId, run?.spanContext().spanId)
    t.like(span.attributes, {
      'messaging.system': 'rxboss',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'traced',
      'rxboss.attempt': 1,
    })
  }
  const by = (id: number) =>
    processed.find(({ attributes }) => attributes['messaging.message.id'] === String(id))
  t.deepEqual(
    by(0)?.links.map(({ context: { spanId: linked } }) => linked),
    [spanId],
  )
  t.is(by(1)?.links.length, 0)
  t.is(by(2)?.status.code, SpanStatusCode.ERROR)
  t.is(by(2)?.attributes['error.type'], 'RangeError')
  const results = reports.map(report => (report.kind === 'done' ? report.result : undefined))
  t.true(results.includes(given.traceparent))
})

test('metrics: how long work took and waited, how many wait, who works', async t => {
  const { figures, reader, tracer, meter } = telemetry()
  const boss = new Boss({ workers: traced, crew: threads(), scheduler: maxThreads(2) })
  const telling = toOtel(boss, { spans: 'none', tracer, meter })
  for (const n of [1, 2, -1]) boss.give({ n })
  boss.makeThemWork()
  await firstValueFrom(boss.reports$)
  while (boss.state.counts.done + boss.state.counts.failed < 3) await firstValueFrom(boss.reports$)
  await reader.forceFlush()
  telling.end()
  await boss.stop()
  const named = new Map(
    figures
      .getMetrics()
      .flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) =>
          metrics.map(metric => [metric.descriptor.name, metric.dataPoints] as const),
        ),
      ),
  )
  const durations = (named.get('messaging.process.duration') ?? []) as {
    value: { count: number }
    attributes: object
  }[]
  t.is(
    durations.reduce((sum, { value }) => sum + value.count, 0),
    3,
  )
  t.true(
    durations.some(
      ({ attributes }) => (attributes as Record<string, unknown>)['error.type'] === 'RangeError',
    ),
  )
  t.is(named.get('rxboss.pending')?.[0]?.value, 0)
  t.deepEqual(
    named.get('rxboss.workers')?.map(({ attributes }) => attributes['rxboss.state']),
    ['busy', 'idle', 'starting'],
  )
  t.true(named.has('rxboss.wait.duration'))
  t.true(named.has('rxboss.utilization'))
  for (const points of named.values())
    for (const { attributes } of points) t.false('messaging.message.id' in attributes)
})

test('withTraceparent carries the active span, and changes nothing where there is none', t => {
  t.deepEqual(withTraceparent({ n: 1 }), { n: 1 })
  const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 })
  const inside = trace.setSpan(context.active(), span)
  context.setGlobalContextManager({
    active: () => inside,
    with: (_, run, that, ...args) => run.call(that as never, ...args),
    bind: (_, target) => target,
    enable() {
      return this
    },
    disable() {
      return this
    },
  })
  t.teardown(() => context.disable())
  t.is(withTraceparent({ n: 1 }).traceparent, `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`)
})

test('what is no boss, and spans of nothing that is known, are refused at once', t => {
  t.throws(() => toOtel({} as never), { message: /must be a Boss/ })
  const boss = new Boss({ workers: traced, crew: threads() })
  t.throws(() => toOtel(boss, { spans: 'each' as never }), { message: /'instruction', 'run' or 'none'/ })
})
