/**
 * How far the notes and texts of a place may be ahead of what main has heard: so many, and so many bytes.
 *
 *     place ── note · note · note · receipt? ──► main        what is sent beyond the window waits here
 *           ◄──────────── receipt ─────────────
 */

import { mostMembers, receiptBytes, receiptNotes, windowNoteBytes, windowNotes } from '../limits.ts'

// Work may replace what is global where it runs.
const { ArrayBuffer, Array } = globalThis

export class NoteCredit {
  /** Sent so far. */
  notes = 0
  bytes = 0
  #heardNotes = 0
  #heardBytes = 0
  #askedNotes = 0
  #askedBytes = 0

  get hasRoom(): boolean {
    return this.notes - this.#heardNotes < windowNotes && this.bytes - this.#heardBytes < windowNoteBytes
  }

  /** One more is sent. True when main should say that it has heard it. */
  spend(bytes: number): boolean {
    this.notes++
    this.bytes += bytes
    if (this.notes - this.#askedNotes < receiptNotes && this.bytes - this.#askedBytes < receiptBytes)
      return false
    this.#askedNotes = this.notes
    this.#askedBytes = this.bytes
    return true
  }

  heard(notes: number, bytes: number): void {
    this.#heardNotes = notes
    this.#heardBytes = bytes
  }
}

/** About how many bytes a note takes on its way. Never throws. */
export function sizeOf(note: unknown): number {
  let left = mostMembers
  const measure = (value: unknown): number => {
    if (typeof value === 'string') return value.length + 8
    if (typeof value !== 'object' || value === null || left-- <= 0) return 8
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength + 16
    let bytes = 16
    if (Array.isArray(value))
      for (let i = 0; i < value.length && left > 0; i++, left--) bytes += measure(value[i])
    else for (const key in value) bytes += key.length + measure((value as Record<string, unknown>)[key])
    return bytes
  }
  try {
    return measure(note)
  } catch {
    return 1024 // a getter that throws: whether it can be sent is found elsewhere
  }
}
