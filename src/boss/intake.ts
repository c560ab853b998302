/** The intake: turns what a caller gives into an entry of the ledger, or says precisely why not. Nothing is changed. */

import { explainFailure, type Failure, RxbossError, refused } from '../words/failure.ts'
import {
  attributesOf,
  BadBaseAttribute,
  type BaseAttributes,
  type Instruction,
  type InstructionId,
  readBaseAttributes,
} from '../words/instruction.ts'
import { explainReason } from '../words/reason.ts'
import { compileName } from '../worker/name-template.ts'
import { type Chosen, explainUnknownKeys, isChosen, refuseUnknownKeys } from '../worker/registry.ts'
import type { Given } from './acceptance.ts'
import type { BossRun } from './boss-run.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Settings } from './options.ts'
import { mustGiveUp } from './step/early-ends.ts'

export class Intake {
  readonly capacity: number
  readonly #settings: Settings
  readonly #run: BossRun

  constructor(run: BossRun) {
    this.capacity = run.settings.capacity
    this.#settings = run.settings
    this.#run = run
  }

  /**
   * What the ledger needs to know of an instruction.
   *
   * @throws {RxbossError} `closed`: the boss takes no more; `ambiguous`: several definitions tie; `refused`: none fits, a base
   *   attribute is not what it must be, or the scheduler could never start it
   */
  read(given: Instruction, from: 'caller' | 'source' = 'caller'): LedgerEntry {
    const { state } = this.#run
    const taken = state.intake === 'open' || (state.intake === 'draining' && from === 'source')
    if (!taken) throw tooLate(this.#settings.name, state.failure)
    const base = this.#base(given)
    const { registry, context, strict } = this.#settings
    const choice = registry.choose(given, context)
    if (!isChosen(choice)) throw new RxbossError(choice, named(base?.name))
    if (choice.unknownKeys !== undefined) this.#unknown(choice, base, strict)
    const { definition, attributes } = choice
    const name = base?.name === undefined ? undefined : this.#name(base.name, choice, base)
    const key = this.#keyOf(given, choice, base)
    const entry: LedgerEntry = {
      given,
      base,
      name,
      definition,
      attributes,
      ...(key !== undefined && { key }),
    }
    const why = this.#run.acceptance.impossible(entry)
    if (why !== undefined) throw new RxbossError(refused(this.#workerName(definition), why), named(name))
    return entry
  }

  /** Of what was given: decoding may make one of two. */
  #keyOf(given: Instruction, choice: Chosen, base: BaseAttributes | undefined): string | undefined {
    const { journal } = this.#settings
    if (journal === undefined) return undefined
    const attributes = journal.keyedBy === 'decoded' ? choice.attributes : attributesOf(given)
    return journal.keyOf(this.#workerName(choice.definition), attributes, base)
  }

  accept(entry: LedgerEntry, given?: Given): InstructionId {
    if (this.capacity !== Infinity && given?.asked !== true) this.#makeRoom(1)
    this.#take(entry, this.#run.ledger.nextId)
    return this.#run.acceptance.accept(entry, given)
  }

  /** All of them or none. */
  acceptAll(entries: readonly LedgerEntry[]): readonly InstructionId[] {
    if (this.capacity !== Infinity) this.#makeRoom(entries.length)
    const { names } = this.#run.acceptance
    const { nextId } = this.#run.ledger
    entries.forEach((entry, i) => {
      try {
        this.#take(entry, nextId + i)
      } catch (error) {
        for (const [k, { name, base }] of entries.slice(0, i).entries()) {
          if (name !== undefined) names.release(name, nextId + k)
          if (base?.key !== undefined) this.#run.journaling?.usedKeys.delete(base.key)
        }
        throw error
      }
    })
    return entries.map(entry => this.#run.acceptance.accept(entry))
  }

  #take({ name, definition, base }: LedgerEntry, id: InstructionId): void {
    const usedKeys = this.#run.journaling?.usedKeys
    const key = base?.key
    if (key !== undefined && usedKeys?.has(key)) {
      const failure = refused(this.#workerName(definition), `the key "${key}" is already used in this boss`)
      throw new RxbossError(
        { ...failure, remedy: 'Give each instruction a key of its own, or none' },
        named(name),
      )
    }
    if (name !== undefined && !this.#run.acceptance.names.take(name, id)) throw this.#taken(name, definition)
    if (key !== undefined) usedKeys?.add(key)
  }

  #taken(name: string, definition: number): RxbossError {
    const failure = refused(this.#workerName(definition), `the name "${name}" is already used in this boss`)
    return new RxbossError({ ...failure, remedy: 'Give each instruction a name of its own' }, { name })
  }

  #makeRoom(count: number): void {
    const { capacity, name } = this.#settings
    const reason = `dropped: newer ones came, and the mailbox holds ${capacity}`
    const { acceptance } = this.#run
    let missing = mustGiveUp(this.#settings, acceptance.waiting - acceptance.idle, count)
    while (missing !== undefined && missing > 0 && acceptance.evictOldest(reason)) missing--
    if (missing !== 0) throw tooMany(name, capacity)
  }

  #base(given: Instruction): BaseAttributes | undefined {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new RxbossError(
        refused(this.#workerNames(), explainReason({ path: '', expected: 'an object', got: given })),
      )
    }
    try {
      return readBaseAttributes(given)
    } catch (error) {
      if (!(error instanceof BadBaseAttribute)) throw error
      const why = explainReason({ path: error.attribute, expected: error.expected, got: error.got })
      throw new RxbossError(
        refused(this.#workerNames(), why),
        named(typeof given.name === 'string' ? given.name : undefined),
      )
    }
  }

  #unknown(choice: Chosen, base: BaseAttributes | undefined, strict: boolean): void {
    const worker = this.#workerName(choice.definition)
    const unknownKeys = choice.unknownKeys ?? []
    if (strict) throw new RxbossError(refuseUnknownKeys(worker, unknownKeys), named(base?.name))
    this.#run.reporter.warned(base?.name ?? worker, explainUnknownKeys(unknownKeys), { worker })
  }

  #name(template: string, choice: Chosen, base: BaseAttributes): string {
    try {
      return compileName(template)({ ...base, ...(choice.attributes as object) })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new RxbossError(refused(this.#workerName(choice.definition), why), { name: template })
    }
  }

  #workerName(definition: number): string {
    return this.#settings.registry.definitions[definition]?.name ?? ''
  }

  #workerNames(): string {
    return this.#settings.registry.definitions.map(({ name }) => name).join('", "')
  }
}

const named = (name: string | undefined): { name?: string } => (name === undefined ? {} : { name })

/** Why an instruction that came after the end was not taken. */
export function tooLate(boss: string, ended: Failure | undefined): RxbossError {
  const failure: Failure = {
    code: 'closed',
    what: `Boss "${boss}" takes no more instructions`,
    why: ended === undefined ? 'it was told to end or to stop' : `it ended because: ${explainFailure(ended)}`,
    remedy: 'Give instructions before end(), or make a new Boss',
  }
  return new RxbossError(failure, ended === undefined ? {} : { cause: new RxbossError(ended) })
}

/** Why an instruction was not taken by a full mailbox. */
export function tooMany(boss: string, capacity: number): RxbossError {
  return new RxbossError({
    code: 'full',
    what: `Boss "${boss}" takes no more instructions now`,
    why: `${capacity} are waiting, which is the capacity of its mailbox`,
    remedy: 'Wait for reports, let the boss pull with listen(), or raise `mailbox: { capacity }`',
  })
}
