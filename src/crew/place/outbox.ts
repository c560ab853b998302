/**
 * The outbox of a worker: collects what main should hear, in order, until it is worth a message.
 *
 *     results · failures ──► sections ──flush──► main
 *     notes · texts ──credit──┘ ▲
 *                └── none left ─┴── backlog, and everything behind it
 *
 * A wake-up of the other side costs fifty times what a small result costs, so results wait for each other. Notes and
 * printed text wait only when there are very many of them.
 */

import { errorToData } from '../../words/error-data.ts'
import { type Failure, flooded, unserialisable } from '../../words/failure.ts'
import { type Clone, type Survey, survey, whyNotSent } from '../../words/survey.ts'
import { type Movable, mustBeHere, transfersExist } from '../../words/transfer.ts'
import { explainUncloneable } from '../../words/uncloneable.ts'
import {
  type FailedMessage,
  type LogMessage,
  type Note,
  type Results,
  type Section,
  type ToMain,
  toMain,
} from '../lane/wire.ts'
import { longestNoteText, notesAtOnce, noteWindowMs } from '../limits.ts'
import { Backlog } from './backlog.ts'
import { NoteCredit, sizeOf } from './note-credit.ts'

// Work may replace what is global where it runs.
const { structuredClone } = globalThis

/** Throws what the channel throws when something cannot be cloned; then nothing was sent or moved. */
export type Post = (message: ToMain, moving?: readonly Movable[]) => void

/** What became of a note: it is on its way, waits for a flush, or is one too many. */
export type NoteFate = 'sent' | 'waits' | 'flooded'

export interface OutboxTerms {
  readonly post: Post
  /** How the channel clones; absent where values pass by reference. */
  readonly clone: Clone | undefined
  /** Takes a lone result instead of `post`, where it can. */
  readonly answer?: ((results: Results) => boolean) | undefined
}

export class Outbox {
  /** Results and failures that main has not heard of. */
  unreported = 0
  #sections: Section[] = []
  #run: Results | undefined
  #windowBegan = 0
  #sentInWindow = 0
  readonly #credit = new NoteCredit()
  readonly #backlog = new Backlog()
  readonly #post: Post
  /** How the channel clones; absent where values pass by reference. */
  readonly #clone: Clone | undefined
  /** A lone result may go another way than by a message. */
  readonly #answer: ((results: Results) => boolean) | undefined
  /** A note that could not be sent: its job fails with this. */
  readonly #onFault: (n: number, failure: Failure) => void

  constructor({ post, clone, answer }: OutboxTerms, onFault: (n: number, failure: Failure) => void) {
    this.#post = post
    this.#clone = clone
    this.#answer = answer
    this.#onFault = onFault
  }

  // -- results -----------------------------------------------------------------------------------------------------------

  /** The result of job `n`. The first of a run says when it began; `group` says how long they took. */
  result(n: number, value: unknown, began: number): void {
    if (this.#run === undefined) this.#run = [toMain.results, n, began, [], [value]]
    else this.#run[4].push(value)
    this.unreported++
  }

  /** The last `count` results took `ms` together. */
  group(count: number, ms: number): void {
    if (count > 0) (this.#run as Results)[3].push(count, ms)
  }

  /** What follows is no part of the run: not the next number, or not at once. */
  endRun(): void {
    if (this.#run === undefined) return
    const run = this.#run
    this.#run = undefined
    this.#add(run)
  }

  failed(n: number, failure: Failure, began: number, workMs: number): void {
    this.endRun()
    const buffers = this.#clone && failure.error && survey(failure.error, this.#clone)?.buffers
    const failed: FailedMessage = [toMain.failed, n, failure, began, workMs]
    if (buffers !== undefined) failed.push(buffers.map(path => ['error', ...path]))
    this.#add(failed)
    this.unreported++
  }

  /** A section on its own, at once; what is collected goes first. */
  sendAlone(section: Section, moving?: readonly Movable[]): void {
    this.flush()
    if (this.#backlog.isEmpty) this.#send(section, moving)
    else this.#backlog.push({ section, bytes: 0, moving })
  }

  // -- notes and texts ---------------------------------------------------------------------------------------------------

  /** Whether a note would be sent now. Work that can wait is not advanced before. */
  get hasRoom(): boolean {
    return this.#backlog.isEmpty && this.#credit.hasRoom
  }

  /** A note: at once, unless there were many just now. */
  note(n: number, note: unknown, now: number): NoteFate {
    const special =
      typeof note === 'object' && note !== null && (this.#clone || transfersExist())
        ? survey(note, this.#clone)
        : undefined
    const why = special && this.#clone && whyNotSent(special, 'note')
    if (why !== undefined) {
      this.#onFault(n, unserialisable('A note', why))
      return 'sent'
    }
    this.endRun()
    const section: Note = [toMain.note, n, note]
    if (special?.buffers && this.#clone) section.push(special.buffers)
    return this.hasRoom ? this.#noteNow(section, special, now) : this.#noteLater(section, special)
  }

  #noteNow(section: Note, special: Survey | undefined, now: number): NoteFate {
    const bytes = sizeOf(section[2])
    if (special?.moved) {
      this.sendAlone(section, special.moved)
      this.#spend(bytes)
      return 'waits'
    }
    const waits = this.#mustWait(now)
    if (waits && !this.#keepAsItIs(section)) return 'sent'
    this.#sections.push(section)
    this.#spend(bytes)
    if (!waits) this.flush()
    return waits ? 'waits' : 'sent'
  }

  #noteLater(section: Note, special: Survey | undefined): NoteFate {
    if (this.#backlog.isFlooded) {
      this.#onFault(section[1], flooded())
      return 'flooded'
    }
    if (special?.moved === undefined && !this.#keepAsItIs(section)) return 'sent'
    const bytes = sizeOf(section[2])
    if (!this.#backlog.replaceProgress(section, bytes))
      this.#backlog.push({ section, bytes, moving: special?.moved })
    return 'waits'
  }

  /** A note that waits must not change meanwhile. False: it cannot be copied, and so not be sent. */
  #keepAsItIs(section: Note): boolean {
    if (typeof section[2] !== 'object' || section[2] === null) return true
    try {
      section[2] = structuredClone(section[2])
      return true
    } catch (error) {
      this.#unsendable(section, error)
      return false
    }
  }

  /** Printed text, like a note; what one job prints in a row becomes one text. True when it waits. */
  log(log: LogMessage, now: number): boolean {
    this.endRun()
    if (!this.hasRoom) return this.#logLater(log)
    const waits = this.#mustWait(now)
    const last = this.#sections.at(-1)
    let { length } = log[2]
    if (continues(last, log)) {
      last[2] += log[2]
      length = last[2].length
    } else this.#sections.push(log)
    this.#spend(log[2].length)
    if (waits && length < longestNoteText) return true
    this.flush()
    return false
  }

  #logLater(log: LogMessage): boolean {
    const { last } = this.#backlog
    const bytes = log[2].length
    if (log[3] >= 0 && this.#backlog.isFlooded) this.#onFault(log[3], flooded())
    else if (last !== undefined && last.bytes < longestNoteText && continues(last.section, log)) {
      last.section[2] += log[2]
      this.#backlog.grow(last, bytes)
    } else this.#backlog.push({ section: log, bytes, moving: undefined })
    return true
  }

  /** Main has heard so many notes and texts: what waited for that goes on its way. */
  heard(notes: number, bytes: number): void {
    this.#credit.heard(notes, bytes)
    if (this.#backlog.isEmpty) return
    this.#pump(false)
    this.flush()
  }

  #mustWait(now: number): boolean {
    if (now - this.#windowBegan > noteWindowMs) {
      this.#windowBegan = now
      this.#sentInWindow = 0
    }
    return this.#sentInWindow++ >= notesAtOnce
  }

  #spend(bytes: number): void {
    const credit = this.#credit
    if (credit.spend(bytes)) this.#sections.push([toMain.receipt, credit.notes, credit.bytes])
  }

  // -- sending -----------------------------------------------------------------------------------------------------------

  flush(): void {
    if (this.#isAnswered()) return
    this.endRun()
    this.unreported = 0
    const sections = this.#sections
    if (sections.length === 0) return
    this.#sections = []
    try {
      if (sections.length > 1) this.#post([toMain.bundle, ...sections])
      else this.#send(sections[0] as Section)
    } catch {
      for (const section of sections) this.#send(section) // only what cannot be sent fails
    }
  }

  #isAnswered(): boolean {
    if (this.#answer === undefined || this.#run === undefined) return false
    if (this.#sections.length > 0 || !this.#backlog.isEmpty || !this.#answer(this.#run)) return false
    this.#run = undefined
    this.unreported = 0
    return true
  }

  /** The place is about to end: nothing waits any more. */
  flushAll(): void {
    this.endRun()
    this.#pump(true)
    this.flush()
  }

  /** Behind what waits, if anything does. */
  #add(section: Section): void {
    if (this.#backlog.isEmpty) this.#sections.push(section)
    else this.#backlog.push({ section, bytes: 0, moving: undefined })
  }

  #pump(all: boolean): void {
    for (let next = this.#backlog.first; next !== undefined; next = this.#backlog.first) {
      if (!all && next.bytes > 0 && !this.#credit.hasRoom) return
      const { section, bytes, moving } = this.#backlog.shift()
      if (moving === undefined) this.#sections.push(section)
      else {
        this.flush()
        this.#send(section, moving)
      }
      if (bytes > 0) this.#spend(bytes)
    }
  }

  #send(section: Section, moving?: readonly Movable[]): void {
    try {
      if (moving !== undefined) mustBeHere(moving)
      this.#post(section, moving)
    } catch (error) {
      this.#unsendable(section, error)
    }
  }

  #unsendable(section: Section, error: unknown): void {
    switch (section[0]) {
      case toMain.results: {
        const singles = oneByOne(section)
        if (singles.length > 1) for (const single of singles) this.#send(single)
        else this.#post(refused(section, error))
        return
      }
      case toMain.note: {
        const why = explainUncloneable(section[2], 'note', error)
        this.#onFault(section[1], unserialisable('A note', why, errorToData(error)))
        return
      }
      case toMain.failed: {
        // Error data is plain, but for what an error carried in its own fields: those go.
        const { error: data, ...failure } = section[2]
        const bare = data && { name: data.name, message: data.message, stack: data.stack ?? '' }
        const plain = { ...failure, ...(bare && { error: bare }) }
        this.#post([section[0], section[1], plain, section[3], section[4]])
        return
      }
      case toMain.log:
      case toMain.receipt:
        return // numbers and text always can be sent; if not, the channel is gone, and the exit tells
      default:
        section satisfies never
    }
  }
}

const continues = (last: Section | undefined, log: LogMessage): last is LogMessage =>
  last?.[0] === toMain.log && last[1] === log[1] && last[3] === log[3]

function refused([, n, began, groups, results]: Results, error: unknown): Section {
  const why = explainUncloneable(results[0], 'result', error)
  return [toMain.failed, n, unserialisable('The result', why, errorToData(error)), began, groups[1] ?? 0]
}

function oneByOne([, first, began, groups, results]: Results): readonly Results[] {
  const singles: Results[] = []
  let at = began
  for (let g = 0; g < groups.length; g += 2) {
    const each = (groups[g + 1] as number) / (groups[g] as number)
    for (let k = 0; k < (groups[g] as number); k++) {
      singles.push([toMain.results, first + singles.length, at, [1, each], [results[singles.length]]])
      at += each
    }
  }
  return singles
}
