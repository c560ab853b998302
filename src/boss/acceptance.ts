/** Acceptance: an entry that was read gets its line, unless it can never start or an earlier life of this run has settled it. */

import type { Memory } from '../journal/journal.ts'
import { environmentOf, judgesOf, rulesOf, whyImpossible } from '../scheduler/combined-rules.ts'
import type { Pending, Scheduler } from '../scheduler/scheduler.ts'
import type { Failure } from '../words/failure.ts'
import type { Instruction, InstructionId } from '../words/instruction.ts'
import type { Asker } from './asker.ts'
import type { BossRun } from './boss-run.ts'
import type { LedgerEntry, Line } from './ledger.ts'
import { Names } from './names.ts'

/** How an instruction came. */
export interface Given {
  /** Who is told of it besides those who watch. */
  readonly asker?: Asker | undefined
  /** A source was asked for it, which advances only as there is room. */
  readonly asked?: boolean
}

export class Acceptance {
  /** Those that callers gave. */
  readonly names = new Names()
  readonly #run: BossRun
  /** Those of the scheduler's rules that may call an instruction impossible: found once, since each instruction is asked about. */
  #judges: readonly Scheduler[]
  /** What an earlier life of this run has settled, and is to be told again. */
  readonly #recorded: {
    readonly line: Line
    readonly id: InstructionId
    readonly memory: Extract<Memory, { kind: 'settled' | 'leftOut' }>
  }[] = []
  /**
   * What a lazy source was asked for, and is not settled. Kept where the mailbox has a capacity: sources that are asked have as
   * much room as those who give, and neither takes the room of the other.
   */
  readonly #asked = new Set<Line>()

  constructor(run: BossRun) {
    this.#run = run
    this.#judges = this.#judgesOf(run.settings.scheduler)
  }

  /** From now on by these rules. */
  reschedule(scheduler: Scheduler): void {
    this.#judges = this.#judgesOf(scheduler)
  }

  /** Why the scheduler would never start this, if so. */
  impossible(entry: LedgerEntry): string | undefined {
    if (this.#judges.length === 0) return undefined
    // Whoever gives it, the rules are those of the boss: they see the context in which it was made.
    return this.#run.settings.scope.runInAsyncScope(this.#whyImpossible, this, entry)
  }

  #whyImpossible(entry: LedgerEntry): string | undefined {
    return whyImpossible(this.#judges, () => this.#describe(entry, this.#run.ledger.nextId))
  }

  /** Opens a line for an entry that was read. It waits until the end of this turn at least. */
  accept(entry: LedgerEntry, { asker, asked }: Given = {}): InstructionId {
    const ledger = this.#run.ledger
    const now = this.#run.starting.now()
    const entered =
      entry.key === undefined ? undefined : this.#run.settings.journal?.enter(entry.key, ledger.nextId)
    const line = ledger.accept(entered === undefined ? entry : { ...entry, key: entered.key }, now)
    if (asker !== undefined) ledger.askedBy(line, asker)
    if (asked && this.#run.settings.capacity !== Infinity) this.#askedFor(line)
    this.#run.reporter.accepted(line)
    if (entered !== undefined && this.#isRecorded(line, entered.memory)) ledger.rest(line)
    else if (this.#run.limits.limitWaiting(line, entry.base)) this.#run.desk.arrive(line)
    this.#run.starting.arrived()
    return ledger.idOf(line)
  }

  /** Whether an earlier life of this run has settled it: then it is told again once the boss is at work, and never begins. */
  #isRecorded(line: Line, memory: Memory): boolean {
    if (memory.kind === 'settled' || memory.kind === 'leftOut') {
      this.#recorded.push({ line, id: this.#run.ledger.idOf(line), memory })
      return true
    }
    this.#run.journaling?.recall(memory, line)
    if (memory.kind === 'begun') {
      const name = this.#run.reporter.nameOf(line)
      const why = `"${name}" had begun in an earlier life of this run (attempt ${memory.attempt}), and nothing says that it ended: it runs again, unless a queue still has it`
      this.#run.reporter.warned(name, why, { id: this.#run.ledger.idOf(line) })
    }
    return false
  }

  /** Tells what an earlier life of this run has settled. */
  tellRecorded(): void {
    for (const { line, id, memory } of this.#recorded.splice(0)) {
      if (!(this.#run.ledger.isResting(line) && this.#run.ledger.isStill(line, id))) continue
      this.#run.outcomes.settleRecorded(line, memory)
    }
  }

  /** Settles an instruction that no worker accepts, so that it is accounted for and reported like any other. */
  acceptRefused(given: Instruction, failure: Failure, asker?: Asker): void {
    const name = typeof given?.name === 'string' ? given.name : undefined
    const entry: LedgerEntry = { given, base: undefined, name, definition: 0, attributes: undefined }
    const line = this.#run.ledger.refuse(entry, this.#run.settings.clock.now())
    if (asker !== undefined) this.#run.ledger.askedBy(line, asker)
    this.#run.outcomes.settleFailed(line, failure)
    this.#run.changed()
    // It came and never begins: another may come in its place.
    this.#run.starting.arrived()
  }

  /** How many instructions lanes could begin at once: those that are idle, and those that may still open. */
  get idle(): number {
    const { lanes, limit, state } = this.#run
    if (state.pump === 'off' || state.phase !== 'live') return 0
    const most = limit()
    return Math.max(0, (Number.isFinite(most) ? most : lanes.open.length) - lanes.busy())
  }

  #askedFor(line: Line): void {
    this.#asked.add(line)
    this.#run.ledger.uponSettling(line, () => this.#asked.delete(line))
  }

  /** How many wait of those that were given, and that no source was asked for: what the capacity of the mailbox bounds. */
  get waiting(): number {
    const { ledger, lanes, status } = this.#run
    if (this.#asked.size === 0) return status.waiting
    const atWork = lanes.open.filter(({ lane, first }) => {
      const head = lane.held === 0 ? undefined : (first ?? (lane.head?.() as Line | undefined))
      return head !== undefined && !this.#asked.has(head)
    })
    return Math.max(0, ledger.live - this.#asked.size - atWork.length)
  }

  /** How many more of what sources are asked for may wait. */
  get roomToWait(): number {
    const { capacity } = this.#run.settings
    if (capacity === Infinity) return capacity
    return capacity - (this.#run.status.waiting - this.waiting) + this.idle
  }

  /** How many of those belong in line though others fill it: one for each lane, so that a source is never kept waiting for ever. */
  get owedToSources(): number {
    return this.#run.settings.capacity === Infinity ? 0 : this.#run.limit() - this.#asked.size
  }

  /** Evicts the instruction that has waited longest of those that were given. True if there was one. */
  evictOldest(reason: unknown): boolean {
    const { dispatch, ledger } = this.#run
    const oldest = this.#asked.size === 0 ? dispatch.takeOldest() : undefined
    if (oldest !== undefined) return this.#evict(oldest, reason)
    // Those that were handed ahead and have not begun are among them.
    return ledger.lines().some(line => !this.#asked.has(line) && this.#evict(line, reason))
  }

  #evict(line: Line, reason: unknown): boolean {
    const given = this.#run.ledger.givenOf(line)
    if (this.#run.limits.endWaiting(line, 'evicted', reason) !== 'ended') return false
    this.#run.queue?.gaveUp(given, 'evicted')
    return true
  }

  /** Whether something that is recorded waits to be told. */
  get hasRecorded(): boolean {
    return this.#recorded.length > 0
  }

  /** A line as the scheduler's rules see it. */
  view(line: Line): Pending {
    const ledger = this.#run.ledger
    const known = {
      base: ledger.baseOf(line),
      attributes: ledger.attributesOf(line),
      definition: ledger.definitionOf(line),
    }
    return this.#describe(known, ledger.idOf(line), ledger.attemptOf(line))
  }

  /** Those of its rules that judge. Who shares out resources whose parts have names has the work told which it has. */
  #judgesOf(scheduler: Scheduler): readonly Scheduler[] {
    const rules = rulesOf(scheduler)
    const named = rules.some(({ supplies = {} }) => Object.values(supplies).some(isList))
    const { ledger } = this.#run
    const grantedTo = (line: Line) => this.#run.desk.granted(line)
    const variables = Object.assign({}, ...rules.map(rule => rule.variables))
    ledger.grantedTo = named ? grantedTo : undefined
    ledger.environmentOf = job => {
      const granted = named ? grantedTo(job as Line) : undefined
      return granted && environmentOf(granted, variables)
    }
    return judgesOf(rules)
  }

  #describe(
    entry: Pick<LedgerEntry, 'base' | 'attributes' | 'definition'>,
    id: InstructionId,
    attempt = 1,
  ): Pending {
    const { base, attributes, definition } = entry
    return {
      id,
      instruction: { ...(attributes as Instruction), ...base },
      worker: this.#run.settings.registry.definitions[definition]?.name ?? '',
      expectedMs: base?.expectedTime ?? this.#run.outcomes.meanMs[definition],
      ...(attempt !== 1 && { attempt }),
    }
  }
}

const isList = (supply: unknown) => typeof supply !== 'number'
