/** The figures of a run, as OpenTelemetry's metrics. No names and no ids are on them: their number stays small. */

import type { BatchObservableResult, Meter, Observable } from '@opentelemetry/api'

import type { InspectEvent } from '../events.ts'
import { reduceRun } from '../reduce.ts'
import { emptyRun, type Run } from '../run.ts'
import { attributes, buckets, metrics, operation, system } from './otel-names.ts'

export class OtelMetrics {
  readonly #meter: Meter
  readonly #duration
  readonly #wait
  readonly #restarts
  readonly #gauges
  readonly #observed: Observable[]
  readonly #observe = (result: BatchObservableResult) => this.#tell(result)
  /** Of what is rare: where the run stands, who works, how busy they are. */
  #run: Run = emptyRun()
  #pending = 0
  #running = 0

  constructor(meter: Meter) {
    this.#meter = meter
    const seconds = { unit: 's', advice: { explicitBucketBoundaries: buckets } }
    this.#duration = meter.createHistogram(metrics.duration, {
      ...seconds,
      description: 'How long the work took.',
    })
    this.#wait = meter.createHistogram(metrics.wait, {
      ...seconds,
      description: 'How long it waited before.',
    })
    this.#restarts = meter.createCounter(metrics.restarts, {
      description: 'Workers that took the place of one that died.',
    })
    this.#gauges = {
      pending: meter.createObservableGauge(metrics.pending, {
        description: 'Instructions that have not begun.',
      }),
      workers: meter.createObservableGauge(metrics.workers, { description: 'Workers, by state.' }),
      utilization: meter.createObservableGauge(metrics.utilization, {
        unit: '1',
        description: 'How busy workers, and their event loops, are.',
      }),
      lag: meter.createObservableGauge(metrics.lag, {
        unit: 's',
        description: "How late the boss's event loop is.",
      }),
    }
    this.#observed = Object.values(this.#gauges)
    meter.addBatchObservableCallback(this.#observe, this.#observed)
  }

  take(event: InspectEvent): void {
    switch (event.type) {
      case 'instruction.accept':
        this.#pending++
        return
      case 'instruction.start': {
        const { waitMs, worker } = event
        this.#pending = Math.max(0, this.#pending - 1)
        this.#running++
        this.#wait.record(waitMs / 1000, labels(worker))
        return
      }
      case 'report':
        return this.#report(event)
      case 'instruction.retry':
        this.#pending++
        this.#running = Math.max(0, this.#running - 1)
        return
      case 'actor.restart':
        this.#restarts.add(1)
        return
      case 'boss.state':
      case 'boss.sample':
        this.#pending = 'counts' in event ? event.counts.pending : event.pending
        this.#running = 'counts' in event ? event.counts.running : event.running
        this.#run = reduceRun(this.#run, event)
        return
      case 'worker.spawn':
      case 'worker.ready':
      case 'worker.exit':
      case 'worker.sample':
        this.#run = reduceRun(this.#run, event)
        return
      default:
        return
    }
  }

  end(): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#observed)
  }

  #report({ kind, worker, workMs, ticket, failure }: Extract<InspectEvent, { type: 'report' }>): void {
    if (kind === 'interim') return
    if (ticket === undefined) this.#pending = Math.max(0, this.#pending - 1)
    else this.#running = Math.max(0, this.#running - 1)
    if (workMs === undefined) return
    const error = failure && (failure.error?.name ?? failure.code)
    this.#duration.record(workMs / 1000, {
      ...labels(worker),
      ...(error !== undefined && { [attributes.errorType]: error }),
    })
  }

  #tell(result: BatchObservableResult): void {
    const { pending, workers, utilization, lag } = this.#gauges
    const { lanes, thisSecond } = this.#run
    const open = lanes.filter(lane => lane?.state === 'open')
    const starting = lanes.filter(lane => lane?.state === 'opening').length
    const busy = Math.min(this.#running, open.length)
    result.observe(pending, this.#pending)
    const states = { busy, idle: open.length - busy, starting }
    for (const [state, count] of Object.entries(states))
      result.observe(workers, count, { [attributes.state]: state })
    if (open.length > 0) result.observe(utilization, busy / open.length, { [attributes.of]: 'busy' })
    const loops = open.flatMap(lane => lane?.loop ?? [])
    if (loops.length > 0) {
      const mean = loops.reduce((sum, loop) => sum + loop, 0) / loops.length
      result.observe(utilization, mean, { [attributes.of]: 'loop' })
    }
    if (thisSecond.lagMs !== undefined) result.observe(lag, thisSecond.lagMs / 1000)
  }
}

const labels = (worker: string) => ({
  [attributes.system]: system,
  [attributes.operationName]: operation,
  [attributes.destination]: worker,
})
