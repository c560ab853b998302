/** Status: where a boss stands, for everybody who asks or observes. It looks, and changes nothing but its own account. */

import type { Job, Lane } from '../crew/crew.ts'
import type { Happening } from '../inspect/events.ts'
import type { Counts, FinalAccount, InterimAccount } from '../words/report.ts'
import { version } from '../words/version.ts'
import type { BossRun } from './boss-run.ts'
import type { BossState } from './boss-state.ts'
import type { Line } from './ledger.ts'

type RunningThere = Extract<Happening, { type: 'boss.state' }>['runningNow'][number]

export class Status {
  /** The final report, once it is out. */
  final: FinalAccount | undefined
  readonly #run: BossRun
  /** What was settled when the last sample was taken. */
  #sampled = 0
  /** Microseconds of processor time by then. */
  #cpu = cpuTime()

  constructor(run: BossRun) {
    this.#run = run
  }

  /** Once the final report is out, its counts are the counts. */
  counts(): Counts {
    return this.final?.counts ?? this.#run.ledger.counts(this.running())
  }

  /** What has begun. */
  running(): number {
    return Math.min(this.#run.lanes.running(), this.#run.ledger.live)
  }

  /** How many wait. */
  get waiting(): number {
    return Math.max(0, this.#run.ledger.live - this.#run.lanes.busy())
  }

  interim(): InterimAccount {
    const { ledger, reporter } = this.#run
    const atWork = this.#atWork()
    return {
      status: 'interim',
      counts: this.counts(),
      reports: [...reporter.kept],
      pending: ledger
        .lines()
        .filter(line => !atWork.has(line))
        .map(line => ledger.givenOf(line)),
      runningNow: this.#runningNow().map(({ workerId: _, attempt: __, ...known }) => known),
    }
  }

  /** Those whose work has begun: what was handed ahead to their lanes still waits. */
  #atWork(): Set<Line> {
    const { lanes, ledger } = this.#run
    const begun = lanes.open.flatMap(({ lane, ready }) => {
      const job = ready && lane.held > 0 ? (lane.atWork()?.job ?? headOf(lane)) : undefined
      return job !== undefined && ledger.isHeld(job) ? [job] : []
    })
    return new Set(begun)
  }

  snapshot(): Omit<BossState, 'mailbox'> {
    const { intake, pump, phase } = this.#run.state
    return { intake, pump, phase, counts: this.counts(), workers: this.#workers() }
  }

  #workers(): BossState['workers'] {
    return this.#run.lanes.open.map(({ workerId, ticket, ready, closing, lane }) => ({
      workerId,
      ticket,
      state: closing ? 'closing' : !ready ? 'opening' : lane.held > 0 ? 'busy' : 'idle',
    }))
  }

  // -- for views ---------------------------------------------------------------------------------------------------------

  sendReport(): void {
    const { inspector } = this.#run
    if (!inspector.noticed) return
    inspector.notice({ type: 'boss.report', counts: this.counts(), runningNow: this.#runningNow() })
  }

  sample(lagMs: number, seconds: number): void {
    const { inspector, lanes } = this.#run
    const { pending, running, submitted } = this.counts()
    const settled = submitted - pending - running
    const rate = (settled - this.#sampled) / seconds
    this.#sampled = settled
    const rss = residentBytes()
    const cpu = (cpuTime() - this.#cpu) / 1e6 / seconds
    this.#cpu = cpuTime()
    inspector.notice({ type: 'boss.sample', pending, running, rate, lagMs, rss, cpu })
    for (const { lane, workerId, ticket } of lanes.open) {
      const load = lane.load?.()
      if (load !== undefined) inspector.notice({ type: 'worker.sample', workerId, ticket, ...load })
    }
  }

  /** Who this boss is, and with what. */
  who() {
    const { settings, inspector, ledger, state, limit } = this.#run
    return {
      wall: Date.now() - inspector.age(),
      workers: settings.registry.definitions.map(({ name }) => name),
      crew: settings.crew.name,
      concurrency: limit(),
      node: globalThis.process?.version ?? '',
      version,
      ...(state.intake === 'closed' && { total: ledger.nextId }),
    }
  }

  /** For a new observer of `inspect$`. */
  whereItStands(upTo: number): Happening {
    const { lanes, inspector, state } = this.#run
    const { intake, pump, phase } = state
    const open = lanes.open.map(({ workerId, ticket, ready, tally, where }) => {
      const { since, busyMs, done, failed, workers } = tally
      const known = { busyMs, done, failed, restarts: workers - 1 }
      return {
        ...{ workerId, ticket, ready, ...known, ...where },
        ...(since !== undefined && { since: inspector.onItsScale(since) }),
      }
    })
    const where = { ...this.who(), lanes: open, intake, pump, phase }
    return { type: 'boss.state', upTo, counts: this.counts(), runningNow: this.#runningNow(), ...where }
  }

  #runningNow(): RunningThere[] {
    const { ledger, reporter, lanes, settings } = this.#run
    const now = settings.clock.now()
    return lanes.open.flatMap(({ lane, ready, since, ticket, workerId }) => {
      const line = ready ? lane.atWork()?.job : undefined
      if (line === undefined || !ledger.isHeld(line)) return []
      const name = reporter.nameOf(line)
      const worker = reporter.workerOf(line)
      const attempt = ledger.attemptOf(line)
      return [
        { id: ledger.idOf(line), name, worker, ticket, ms: Math.max(0, now - since), workerId, attempt },
      ]
    })
  }
}

/** Given, and about to begin; where a queue lies between, nobody knows before it has. */
const headOf = (lane: Lane): Job | undefined => (lane.awaits === true ? undefined : lane.head?.())

/** What all threads of this process used so far; 0 where there is no such thing. */
/** 0 where nobody can tell, or not now: Linux opens a file for it, and there may be too many open. */
function residentBytes(): number {
  try {
    return globalThis.process?.memoryUsage?.rss?.() ?? 0
  } catch {
    return 0
  }
}

function cpuTime(): number {
  const { user = 0, system = 0 } = globalThis.process?.cpuUsage?.() ?? {}
  return user + system
}
