/** What is kept of a run as a trace, for when nobody kept its events. Lazy: a line is made when it is asked for. */

import type { InspectEvent } from '../inspect/events.ts'
import type { Mark, Run, Span } from '../inspect/run.ts'
import { Tracer } from '../inspect/trace.ts'

/** The lines of a trace file, without newlines. Ends of workers are left out but for accidents. */
export function* traceOfRun(run: Run): Generator<string> {
  const { boss, status, counts, wall = 0, workers, crew, concurrency, node = '', version = '' } = run
  const tracer = new Tracer()
  const stamp = (t: number) => ({ v: 1, seq: 0, t, boss }) as const
  yield* tracer.take({
    ...stamp(0),
    ...{ type: 'boss.start', wall, workers, crew, concurrency, node, version },
  })
  for (const lane of run.lanes) {
    if (lane === undefined) continue
    const { ticket, workerId, since: t = 0 } = lane
    yield* tracer.take({ ...stamp(t), type: 'worker.spawn', ticket, workerId })
    yield* tracer.take({ ...stamp(t), type: 'worker.ready', ticket, workerId, startMs: 0 })
  }
  const { spans, marks } = run
  for (let i = spans.from; i < spans.to; i++) yield* tracer.attempt(spans.items[i] as Span)
  for (let i = marks.from; i < marks.to; i++) {
    const death = deathOf(marks.items[i] as Mark, run)
    if (death !== undefined) yield* tracer.take({ ...stamp((marks.items[i] as Mark).t), ...death })
  }
  if (status !== 'running')
    yield* tracer.take({ ...stamp(run.t), type: 'boss.end', status, counts, ms: run.t })
  yield* tracer.end()
}

type Exit = Extract<InspectEvent, { type: 'worker.exit' }>

function deathOf(
  { ticket, type, words }: Mark,
  { lanes }: Run,
): Omit<Exit, 'v' | 'seq' | 't' | 'boss'> | undefined {
  if (ticket === undefined || (type !== 'crashed' && type !== 'outOfMemory')) return undefined
  const workerId = lanes[ticket]?.workerId ?? ''
  return { type: 'worker.exit', ticket, workerId, reason: type, why: words, ids: [] }
}
