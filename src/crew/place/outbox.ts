/**
 * The outbox of a worker: collects what main should hear, in order, until it is worth a message.
 *
 * A wake-up of the other side costs fifty times what a small result costs, so results wait for each other. Notes and
 * printed text wait only when there are very many of them.
 */

import { errorToData } from '../../words/error-data.ts'
import { type Failure, unserialisable } from '../../words/failure.ts'
import { type Clone, survey, whyNotSent } from '../../words/survey.ts'
import { type Movable, mustBeHere, transfersExist } from '../../words/transfer.ts'
import {
  type Failed,
  type Log,
  type Note,
  type Results,
  type Section,
  type ToMain,
  toMain,
} from '../lane/wire.ts'
import { explainUncloneable } from '../uncloneable.ts'

// Work may replace what is global where it runs.
const { structuredClone } = globalThis

/** Throws what the channel throws when something cannot be cloned; then nothing was sent or moved. */
export type Post = (message: ToMain, moving?: readonly Movable[]) => void

/** In each window of so many milliseconds so many notes and texts are sent at once, the others together. */
const windowMs = 5
const atOnce = 32
const longestText = 65_536

export class Outbox {
  /** Results and failures that main has not heard of. */
  unreported = 0
  private sections: Section[] = []
  private run: Results | undefined
  private windowBegan = 0
  private sentInWindow = 0
  private readonly post: Post
  /** How the channel clones; absent where values pass by reference. */
  private readonly clone: Clone | undefined
  /** A note that could not be sent: its job fails with this. */
  private readonly onFault: (n: number, failure: Failure) => void

  constructor(
    { post, clone }: { readonly post: Post; readonly clone: Clone | undefined },
    onFault: (n: number, failure: Failure) => void,
  ) {
    this.post = post
    this.clone = clone
    this.onFault = onFault
  }

  /** The result of job `n`. The first of a run says when it began; `group` says how long they took. */
  result(n: number, value: unknown, began: number): void {
    if (this.run === undefined) this.run = [toMain.results, n, began, [], [value]]
    else this.run[4].push(value)
    this.unreported++
  }

  /** The last `count` results took `ms` together. */
  group(count: number, ms: number): void {
    if (count > 0) (this.run as Results)[3].push(count, ms)
  }

  /** What follows is no part of the run: not the next number, or not at once. */
  endRun(): void {
    if (this.run === undefined) return
    this.sections.push(this.run)
    this.run = undefined
  }

  failed(n: number, failure: Failure, began: number, workMs: number): void {
    this.endRun()
    const buffers = this.clone && failure.error && survey(failure.error, this.clone)?.buffers
    const failed: Failed = [toMain.failed, n, failure, began, workMs]
    if (buffers !== undefined) failed.push(buffers.map(path => ['error', ...path]))
    this.sections.push(failed)
    this.unreported++
  }

  /** A note: at once, unless there were many just now. True when it waits. */
  note(n: number, note: unknown, now: number): boolean {
    const special =
      typeof note === 'object' && note !== null && (this.clone || transfersExist())
        ? survey(note, this.clone)
        : undefined
    const why = special && this.clone && whyNotSent(special, 'note')
    if (why !== undefined) {
      this.onFault(n, unserialisable('A note', why))
      return false
    }
    const section: Note = [toMain.note, n, note]
    if (special?.buffers && this.clone) section.push(special.buffers)
    if (special?.moved) {
      this.sendAlone(section, special.moved)
      return false
    }
    this.endRun()
    const waits = this.mustWait(now)
    if (waits && typeof note === 'object' && note !== null) {
      try {
        section[2] = structuredClone(note) // as it is now
      } catch (error) {
        this.unsendable(section, error)
        return false
      }
    }
    this.sections.push(section)
    if (!waits) this.flush()
    return waits
  }

  /** Printed text, like a note; what one job prints in a row becomes one text. */
  log(log: Log, now: number): boolean {
    this.endRun()
    const waits = this.mustWait(now)
    const last = this.sections.at(-1)
    let length = log[2].length
    if (last?.[0] === toMain.log && last[1] === log[1] && last[3] === log[3]) {
      last[2] += log[2]
      length = last[2].length
    } else this.sections.push(log)
    if (waits && length < longestText) return true
    this.flush()
    return false
  }

  private mustWait(now: number): boolean {
    if (now - this.windowBegan > windowMs) {
      this.windowBegan = now
      this.sentInWindow = 0
    }
    return this.sentInWindow++ >= atOnce
  }

  flush(): void {
    this.endRun()
    this.unreported = 0
    const { sections } = this
    if (sections.length === 0) return
    this.sections = []
    try {
      if (sections.length > 1) this.post([toMain.bundle, ...sections])
      else this.send(sections[0] as Section)
    } catch {
      for (const section of sections) this.send(section) // only what cannot be sent fails
    }
  }

  /** A section on its own, at once; what is collected goes first. */
  sendAlone(section: Section, moving?: readonly Movable[]): void {
    this.flush()
    this.send(section, moving)
  }

  private send(section: Section, moving?: readonly Movable[]): void {
    try {
      if (moving !== undefined) mustBeHere(moving)
      this.post(section, moving)
    } catch (error) {
      this.unsendable(section, error)
    }
  }

  private unsendable(section: Section, error: unknown): void {
    switch (section[0]) {
      case toMain.results: {
        const singles = oneByOne(section)
        if (singles.length > 1) for (const single of singles) this.send(single)
        else this.post(refused(section, error))
        return
      }
      case toMain.note: {
        const why = explainUncloneable(section[2], 'note', error)
        this.onFault(section[1], unserialisable('A note', why, errorToData(error)))
        return
      }
      case toMain.failed: {
        // Error data is plain, but for what an error carried in its own fields: those go.
        const { error: data, ...failure } = section[2]
        const bare = data && { name: data.name, message: data.message, stack: data.stack ?? '' }
        this.post([
          section[0],
          section[1],
          { ...failure, ...(bare && { error: bare }) },
          section[3],
          section[4],
        ])
        return
      }
      case toMain.log:
        return // text always can be sent; if not, the channel is gone, and the exit tells
      default:
        section satisfies never
    }
  }
}

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
