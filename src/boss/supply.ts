/** Supply: the boss's credit with lazy sources, which advance only as far as there is room for what they send. */

import { Credit } from '../scheduler/credit.ts'
import { type AsyncScope, asyncScope } from '../words/async-scope.ts'
import { macrotask } from '../words/macrotask.ts'
import type { BossRun } from './boss-run.ts'
import { mostInVain } from './limits.ts'

/** One source among several, and what is its own. */
export interface OwnTerms {
  /** How many of its instructions have come. */
  readonly come: () => number
  /** Who reads what becomes of them, where that limits how far it may run ahead. */
  readonly reader: Credit | undefined
  /** So many lazy sources send under it now. */
  readonly senders: (count: number) => void
}

export class Supply {
  /** What lazy sources send under. */
  readonly credit: Credit
  /** This one, and those of single sources. */
  readonly #credits = new Map<Credit, AsyncScope>()
  readonly #run: BossRun
  /** How many instructions were refused where nobody was there to throw at. */
  #refused = 0
  /** Sources may send until so many instructions have come, the refused ones included. */
  #wanted = 0
  #over = false
  /** Of those who read the reports. */
  readonly #readers = new Set<Credit>()
  /** Whether a source that can wait sends under any of them: asked at every start. */
  #used = false
  /** The event loop has a turn before more is asked for. */
  #pausing = false

  constructor(run: BossRun) {
    this.#run = run
    this.credit = new Credit({
      left: () => this.#wanted - this.#come,
      arrived: () => this.#come,
      joined: () => this.#welcome(),
      gone: () => this.#look(),
    })
    this.#credits.set(this.credit, asyncScope())
  }

  /** A credit of its own for one source. What comes back second takes it away. */
  open({ come, reader, senders }: OwnTerms): readonly [Credit, () => void] {
    const credit = new Credit({
      left: () => Math.min(this.#wanted - this.#come, reader?.left(come()) ?? Infinity),
      arrived: come,
      joined: () => {
        this.#welcome()
        senders(credit.senders)
      },
      gone: () => {
        this.#look()
        senders(credit.senders)
      },
    })
    this.#credits.set(credit, asyncScope())
    const leave = reader?.join(this.#run.soon)
    return [
      credit,
      () => {
        this.#credits.delete(credit)
        this.#look()
        leave?.()
      },
    ]
  }

  /** From now on sources run no further ahead of a reader than it allows. What comes back lets go of it. */
  boundBy(reader: Credit): () => void {
    const { soon } = this.#run
    this.#readers.add(reader)
    const leave = reader.join(soon)
    return () => {
      this.#readers.delete(reader)
      leave()
      soon()
    }
  }

  /** One came, and was not taken: another may come in its place. */
  refused(): void {
    this.#refused++
    if (this.#used) this.#run.soon()
  }

  /**
   * Asks until there is no room, or nobody has more now. What came and takes no room (refused, aborted before it came,
   * settled by an earlier life of this run) has used up no credit: as much is asked for again.
   */
  askForMore(): void {
    if (!this.#used || this.#pausing || this.#over) return
    const start = this.#come
    for (let first = 0; ; ) {
      const room = this.#room
      if (room <= 0) return
      const before = this.#come
      if (before - start > first + mostInVain) return this.#pause()
      if (before === start) first = room
      this.#askAll(before + room)
      if (this.#come === before) return
    }
  }

  end(): void {
    this.#over = true
  }

  /** By turns, and in equal shares: none is asked last for ever, and what one leaves is for the others. */
  #askAll(wanted: number): void {
    const credits = [...this.#credits].filter(([{ used }]) => used)
    const [first] = credits
    if (first !== undefined && credits.length > 1 && this.#credits.delete(first[0]))
      this.#credits.set(...first)
    for (const [i, [credit, scope]] of credits.entries()) {
      const left = wanted - this.#come
      if (left <= 0) break
      this.#wanted = this.#come + Math.ceil(left / (credits.length - i))
      scope.runInAsyncScope(credit.ask, credit)
    }
    this.#wanted = Math.max(this.#wanted, wanted)
  }

  /** It may send at once what there is room for. */
  #welcome(): void {
    this.#used = true
    this.#wanted = this.#come + Math.max(0, this.#room)
  }

  #look(): void {
    this.#used = [...this.#credits.keys()].some(({ used }) => used)
  }

  /** A source of nothing but bad ones must not keep the event loop from turning. */
  #pause(): void {
    this.#pausing = true
    macrotask(() => {
      this.#pausing = false
      this.#run.soon()
    })
  }

  get #come(): number {
    return this.#run.ledger.nextId + this.#refused
  }

  get #room(): number {
    const { starting, dispatch, acceptance } = this.#run
    if (!starting.mayAsk()) return 0
    let room = Math.min(Math.max(dispatch.room(), acceptance.owedToSources), acceptance.roomToWait)
    for (const reader of this.#readers) room = Math.min(room, reader.left(this.#run.ledger.nextId))
    return room
  }
}
