/**
 * One line that is written again and again, without an escape sequence: for terminals that know none, and for people
 * who want none. Overwritten with blanks, which works on everything that has a carriage return.
 */

import { widthOf } from './line.ts'

export class OneLine {
  readonly #write: (text: string) => void
  #shown = 0

  constructor(write: (text: string) => void) {
    this.#write = write
  }

  draw([line = '']: readonly string[]): void {
    const width = widthOf(line)
    this.#write(`\r${line}${' '.repeat(Math.max(0, this.#shown - width))}`)
    this.#shown = width
  }

  print(text: string): void {
    this.clear()
    this.#write(text)
  }

  forget(): void {
    this.#shown = 0
  }

  clear(): void {
    if (this.#shown > 0) this.#write(`\r${' '.repeat(this.#shown)}\r`)
    this.#shown = 0
  }
}
