/**
 * Samples: once a second how much there is, how fast it goes, and how late this thread is. Only while somebody observes
 * a boss that works: else there is no timer, and nothing wakes up.
 */

import type { Clock } from '../words/clock.ts'
import { loopResolutionMs, sampleEveryMs } from './limits.ts'

/** How late the event loop was, at most but for one turn in a hundred, in milliseconds. */
interface LagMeter {
  read(): number
  stop(): void
}

export class Sampler {
  readonly #clock: Clock
  readonly #take: (lagMs: number, seconds: number) => void
  #meter: LagMeter | undefined
  #cancel: (() => void) | undefined

  constructor(clock: Clock, take: (lagMs: number, seconds: number) => void) {
    this.#clock = clock
    this.#take = take
  }

  /** @param wanted  whether somebody would hear of a sample */
  be(wanted: boolean): void {
    if (wanted === (this.#meter !== undefined)) return
    if (!wanted) return this.#stop()
    this.#meter = lagMeter()
    this.#again(this.#clock.now())
  }

  #again(last: number): void {
    this.#cancel = this.#clock.after(
      sampleEveryMs,
      () => {
        const now = this.#clock.now()
        this.#take(this.#meter?.read() ?? 0, (now - last) / 1000)
        if (this.#meter !== undefined) this.#again(now)
      },
      false,
    )
  }

  #stop(): void {
    this.#cancel?.()
    this.#meter?.stop()
    this.#cancel = undefined
    this.#meter = undefined
  }
}

/** Where there is no Node (a browser), nothing is known of it. */
function lagMeter(): LagMeter {
  const hooks = globalThis.process?.getBuiltinModule?.('node:perf_hooks')
  const histogram = hooks?.monitorEventLoopDelay?.({ resolution: loopResolutionMs })
  histogram?.enable()
  return {
    read: () => {
      if (histogram === undefined || histogram.count === 0) return 0
      const ms = histogram.percentile(99) / 1e6 - loopResolutionMs
      histogram.reset()
      return Math.max(0, Math.round(ms * 10) / 10)
    },
    stop: () => histogram?.disable(),
  }
}
