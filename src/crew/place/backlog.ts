/** What waits in a place until main has heard more: notes and texts beyond the window, and whatever came after them. */

import type { Movable } from '../../words/transfer.ts'
import { type Note, type Section, toMain } from '../lane/wire.ts'
import { mostNoteBytes, mostNotes } from '../limits.ts'

export interface WaitingSection {
  section: Section
  /** Of a note or a text; everything else needs no credit, only its place in the order. */
  bytes: number
  readonly moving: readonly Movable[] | undefined
}

export class Backlog {
  #waiting: WaitingSection[] = []
  #head = 0
  #bytes = 0
  /** The last note of the form `{ done, total }`. */
  #progress: WaitingSection | undefined

  get isEmpty(): boolean {
    return this.#head === this.#waiting.length
  }

  get isFlooded(): boolean {
    return this.#waiting.length - this.#head >= mostNotes || this.#bytes >= mostNoteBytes
  }

  get first(): WaitingSection | undefined {
    return this.#waiting[this.#head]
  }

  get last(): WaitingSection | undefined {
    return this.isEmpty ? undefined : this.#waiting.at(-1)
  }

  push(one: WaitingSection): void {
    this.#waiting.push(one)
    this.#bytes += one.bytes
    if (isProgress(one.section)) this.#progress = one
  }

  /** Text that joins the last one. */
  grow(one: WaitingSection, bytes: number): void {
    one.bytes += bytes
    this.#bytes += bytes
  }

  /** Puts the newest progress of a job in the place of the one that still waits. False: none does. */
  replaceProgress(note: Note, bytes: number): boolean {
    const before = this.#progress
    if (before === undefined || before.section[1] !== note[1] || !isProgress(note)) return false
    before.section = note
    this.grow(before, bytes - before.bytes)
    return true
  }

  shift(): WaitingSection {
    const one = this.#waiting[this.#head++] as WaitingSection
    this.#bytes -= one.bytes
    if (one === this.#progress) this.#progress = undefined
    if (this.isEmpty || this.#head > 1024) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return one
  }
}

function isProgress(section: Section): boolean {
  if (section[0] !== toMain.note) return false
  const note = section[2]
  if (typeof note !== 'object' || note === null) return false
  const { done, total } = note as { done?: unknown; total?: unknown }
  return typeof done === 'number' && typeof total === 'number'
}
