/**
 * The lines at the end of a terminal that are written again and again, below all that stays.
 *
 * Inline, never the alternate screen: what was there before stays, and so does the cursor, which rests below. Only
 * changed lines are written, in one synchronized update. When the terminal became narrower, it has broken our lines:
 * they are as many more as they were wider than it is now. Libraries for this leave old frames standing there.
 */

import { stripVTControlCharacters } from 'node:util'

import type { Size } from './frame.ts'
import { widthOf } from './line.ts'

const control = '\u001b['
const beginUpdate = `${control}?2026h`
const endUpdate = `${control}?2026l`
const eraseBelow = `${control}J`
const eraseRest = `${control}K`

const up = (lines: number): string => (lines > 0 ? `\r${control}${lines}A` : '\r')

export class LiveRegion {
  readonly #write: (text: string) => void
  readonly #size: () => Size
  #shown: readonly string[] = []
  #drawnFor: Size = { columns: 0, rows: 0 }

  constructor(write: (text: string) => void, size: () => Size) {
    this.#write = write
    this.#size = size
  }

  /** Shows these lines in the place of those before. None of them may be wider than the terminal. */
  draw(lines: readonly string[]): void {
    const size = this.#size()
    const resized = size.columns !== this.#drawnFor.columns || size.rows !== this.#drawnFor.rows
    const text = resized ? this.#erased() + all(lines) : this.#changes(lines)
    this.#shown = lines
    this.#drawnFor = size
    if (text !== '') this.#write(`${beginUpdate}${text}${endUpdate}`)
  }

  /** Lines that stay, above. */
  print(text: string): void {
    const shown = this.#shown
    this.#write(`${beginUpdate}${this.#erased()}${text}${all(shown)}${endUpdate}`)
    this.#shown = shown
    this.#drawnFor = this.#size()
  }

  /** Takes itself away, until it is drawn again. */
  clear(): void {
    if (this.#shown.length > 0) this.#write(this.#erased())
  }

  /** Leaves what stands there where it is: somebody else has written below it. */
  forget(): void {
    this.#shown = []
  }

  #erased(): string {
    if (this.#shown.length === 0) return ''
    const { columns, rows } = this.#size()
    let height = 0
    for (const line of this.#shown)
      height += Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / (columns || 80)))
    this.#shown = []
    return up(Math.min(height, Math.max(1, (rows || 24) - 1))) + eraseBelow
  }

  #changes(lines: readonly string[]): string {
    const before = this.#shown
    const first = lines.findIndex((line, i) => line !== before[i])
    if (first === -1 && lines.length === before.length) return ''
    const from = first === -1 ? lines.length : first
    let text = up(before.length - from)
    // Below the old end lines are new, and a newline there makes room for them.
    for (let i = from; i < lines.length; i++)
      text += lines[i] === before[i] ? '\n' : `${lines[i]}${eraseRest}\n`
    return lines.length < before.length ? text + eraseBelow : text
  }
}

const all = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('')
