/** Ending: from the first instruction on the way out to the exit, and the phases between. */

import type { CutOff, FinalAccount } from '../words/report.ts'
import type { BossRun } from './boss-run.ts'
import type { Line } from './ledger.ts'
import { Sampler } from './sampler.ts'
import type { Effect } from './step/protocol.ts'

export class Ending {
  readonly #run: BossRun
  readonly #sampler: Sampler
  readonly #timers = new Set<() => void>()
  /** What a stop or a storm settles, while it does. */
  #clearing:
    | { readonly lines: readonly Line[]; next: number; readonly settle: (line: Line) => void }
    | undefined
  readonly #cutOff: CutOff[] = []

  constructor(run: BossRun) {
    this.#run = run
    this.#sampler = new Sampler(run.settings.clock, (lagMs, seconds) => {
      run.status.sample(lagMs, seconds)
      // No word comes from a thread that is busy for long, though what it works on may be another than last time.
      for (const lane of run.lanes.open) run.laneEvents.announceHead(lane)
    })
  }

  /** A source was left before it had completed. */
  cutOff(source: CutOff): void {
    this.#cutOff.push(source)
    const { inspector } = this.#run
    if (inspector.noticed) inspector.notice({ type: 'source.cutOff', given: source.given })
  }

  /** Later, unless the boss is gone by then. */
  after(ms: number, run: () => void): void {
    const stop = this.#run.settings.clock.after(
      ms,
      () => {
        this.#timers.delete(stop)
        run()
      },
      true,
    )
    this.#timers.add(stop)
  }

  /** Everything that has not begun is taken back and settled so, in order of arrival. */
  clear(settle: (line: Line) => void): void {
    this.#run.reclaim.all()
    this.#clearing = { lines: this.#run.reclaim.waiting(), next: 0, settle }
  }

  /** Settles the next of what is cleared. One by one, before all that follows: whoever is told of it may call back in. */
  clearOne(): boolean {
    const clearing = this.#clearing
    if (clearing === undefined) return false
    const line = clearing.lines[clearing.next++]
    if (line === undefined) this.#clearing = undefined
    // Cancelled meanwhile, perhaps.
    else if (this.#run.reclaim.one(line)) clearing.settle(line)
    return true
  }

  /** What runs is counted as unheard. */
  unhear(): void {
    const ledger = this.#run.ledger
    for (const line of ledger.lines()) {
      const asker = ledger.askerOf(line)
      asker?.told(this.#run.reporter.cancelled(line, 'stopped', 'stopListening'))
      this.#run.dispatch.release(line)
      ledger.settle(line, 'unheard')
    }
    this.#finish(this.#run.state.status)
  }

  /** What people see of the boss's state has changed. */
  phaseChanged({ by, begins, closes }: Extract<Effect, { do: 'phaseChanged' }>): void {
    const { intake, pump, phase } = this.#run.state
    if (intake !== 'open') this.#run.closing$.next(intake)
    if (begins) this.#begin()
    if (this.#run.inspector.noticed) {
      this.#run.inspector.notice({ type: 'boss.phase', by, intake, pump, phase })
      if (closes) this.#run.inspector.notice({ type: 'boss.total', total: this.#run.ledger.nextId })
    }
  }

  #begin(): void {
    const { name } = this.#run.settings
    this.beSampled()
    if (!this.#run.inspector.noticed) return
    this.#run.inspector.notice({ type: 'actor.spawn', actor: name, restarts: 0 })
    this.#run.inspector.notice({ type: 'boss.start', ...this.#run.status.who() })
  }

  beSampled(): void {
    this.#sampler.be(
      this.#run.state.begun && this.#run.inspector.noticed && this.#run.status.final === undefined,
    )
  }

  #finish(status: FinalAccount['status']): void {
    if (this.#run.status.final !== undefined) return
    const { failure } = this.#run.state
    this.#run.status.final = {
      status,
      counts: this.#run.status.counts(),
      reports: this.#run.reporter.kept,
      pending: this.#run.outcomes.givenBack,
      sources: this.#cutOff,
      keptAll: this.#run.reporter.keptAll,
      ...(status === 'failed' && failure !== undefined && { failure }),
    }
    this.#run.reporter.reports.complete()
    this.#run.final$.next(this.#run.status.final)
    this.#run.final$.complete()
  }

  /** No lane is left. */
  exit(status: FinalAccount['status']): void {
    this.#run.starting.end()
    for (const stop of this.#timers) stop()
    this.#timers.clear()
    this.#run.supply.end()
    this.#run.lanes.end()
    this.#finish(status)
    this.#run.journaling?.close()
    this.#sampler.be(false)
    if (this.#run.inspector.noticed) {
      const { name } = this.#run.settings
      this.#run.inspector.notice({ type: 'actor.exit', actor: name, why: status, restarts: 0 })
      this.#run.inspector.notice({
        type: 'boss.end',
        status,
        counts: this.#run.status.counts(),
        ms: this.#run.inspector.age(),
      })
    }
    this.#run.inspector.complete()
    this.#run.queue?.complete()
    this.#run.exit$.next({ status })
    this.#run.exit$.complete()
  }
}
