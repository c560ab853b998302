/** Acceptance: an entry that was read gets its line, unless it can never start or an earlier life of this run has settled it. */

import type { Memory } from '../journal/journal.ts'
import { judgesOf, rulesOf, whyImpossible } from '../scheduler/combined-rules.ts'
import type { Pending, Scheduler } from '../scheduler/scheduler.ts'
import type { Failure } from '../words/failure.ts'
import type { Instruction, InstructionId } from '../words/instruction.ts'
import type { Asker } from './asker.ts'
import type { BossRun } from './boss-run.ts'
import type { LedgerEntry, Line } from './ledger.ts'
import { Names } from './names.ts'

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
  accept(entry: LedgerEntry, asker?: Asker): InstructionId {
    const ledger = this.#run.ledger
    const now = this.#run.starting.now()
    const entered =
      entry.key === undefined ? undefined : this.#run.settings.journal?.enter(entry.key, ledger.nextId)
    const line = ledger.accept(entered === undefined ? entry : { ...entry, key: entered.key }, now)
    if (asker !== undefined) ledger.askedBy(line, asker)
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

  /** How many more may wait, by the capacity of the mailbox. */
  get roomToWait(): number {
    const { capacity } = this.#run.settings
    return capacity === Infinity ? capacity : capacity - this.#run.status.waiting + this.idle
  }

  /** Evicts the instruction that has waited longest. True if there was one. */
  evictOldest(reason: unknown): boolean {
    const oldest = this.#run.dispatch.takeOldest() ?? this.#run.reclaim.waiting()[0]
    if (oldest === undefined) return false
    const given = this.#run.ledger.givenOf(oldest)
    this.#run.limits.endWaiting(oldest, 'evicted', reason)
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
    ledger.grantedTo = named ? line => this.#run.desk.granted(line) : undefined
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
