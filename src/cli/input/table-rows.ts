/**
 * Lines of a table into rows of cells, as RFC 4180 has them: a cell between quotes may hold separators, newlines and, twice,
 * quotes. No line is lost: where a quote is never closed, or is closed in the middle of a cell, its line is refused and the
 * next one is read anew.
 *
 *     a,"b       ──► kept until the quote is closed ──► ['a', 'b\nc', 'd']
 *     c",d
 */

import { BadRecord } from './bad-record.ts'
import type { InputLine } from './split-lines.ts'

export type Row = readonly string[] | BadRecord

interface Kept {
  readonly text: string
  readonly number: number
}

export class TableRows {
  readonly #separator: string
  readonly #quoted: boolean
  readonly #mostCharacters: number
  /** Lines of a cell whose quote is open, the first one's with what stands before it. */
  #open: Kept[] = []
  #size = 0
  #line = 0

  constructor(terms: {
    readonly separator: string
    /** Whether `"` is more than a character. */
    readonly quoted: boolean
    readonly mostCharacters: number
  }) {
    this.#separator = terms.separator
    this.#quoted = terms.quoted
    this.#mostCharacters = terms.mostCharacters
  }

  /** The rows that end with these lines. Empty lines are none. */
  push(lines: readonly InputLine[]): Row[] {
    const rows: Row[] = []
    for (const line of lines) {
      const number = ++this.#line
      if (typeof line === 'string') this.#take({ text: line, number }, rows)
      else {
        while (this.#open.length > 0) this.#giveUp(rows, number)
        rows.push(line)
      }
    }
    return rows
  }

  /** What is left in the end. */
  end(): Row[] {
    const rows: Row[] = []
    while (this.#open.length > 0) this.#giveUp(rows, this.#line)
    return rows
  }

  #take(line: Kept, rows: Row[]): void {
    if (this.#open.length === 0) return this.#begin(line, rows)
    this.#open.push(line)
    this.#size += line.text.length + 1
    if (this.#size > this.#mostCharacters) return this.#giveUp(rows, line.number)
    // With an even number of quotes in it, the open one is still open.
    if (quotesIn(line.text) % 2 === 0) return undefined
    const text = this.#open.map(one => one.text).join('\n')
    const cells = this.#cellsOf(text)
    if (cells === 'open') return undefined
    if (typeof cells === 'string') return this.#giveUp(rows, line.number)
    this.#open = []
    rows.push(cells)
    return undefined
  }

  #begin(line: Kept, rows: Row[]): void {
    if (line.text === '' || line.text === '\r') return
    const cells = this.#cellsOf(line.text)
    if (cells === 'open') {
      this.#open = [line]
      this.#size = line.text.length
    } else if (cells === 'torn') {
      rows.push(new BadRecord(`line ${line.number} has a quote in the middle of a cell`, line.text, remedy))
    } else rows.push(cells)
  }

  /** The open quote is refused with its line, and what was taken for its cell is read as lines. */
  #giveUp(rows: Row[], last: number): void {
    const [first, ...others] = this.#open
    if (first === undefined) return
    this.#open = []
    const where = last === first.number ? 'in it' : `by line ${last}, or is closed in the middle of a cell`
    const why = `the quote that line ${first.number} opens is not closed ${where}`
    rows.push(new BadRecord(why, first.text, remedy))
    for (const line of others) this.#take(line, rows)
  }

  #cellsOf(text: string): readonly string[] | 'open' | 'torn' {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text
    if (!this.#quoted || !line.includes('"')) return line.split(this.#separator)
    const cells: string[] = []
    for (let at = 0; at <= line.length; ) {
      if (line[at] === '"') {
        const end = closingQuote(line, at + 1)
        if (end === -1) return 'open'
        cells.push(line.slice(at + 1, end).replaceAll('""', '"'))
        if (end + 1 < line.length && line[end + 1] !== this.#separator) return 'torn'
        at = end + 2
      } else {
        const end = line.indexOf(this.#separator, at)
        cells.push(end === -1 ? line.slice(at) : line.slice(at, end))
        if (end === -1) return cells
        at = end + 1
      }
    }
    if (line.endsWith(this.#separator)) cells.push('')
    return cells
  }
}

const remedy = 'Close the quote, or write it twice inside of a cell'

function quotesIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count++
  return count
}

/** Where the cell ends that begins here: a quote that is not written twice. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at
  return -1
}
