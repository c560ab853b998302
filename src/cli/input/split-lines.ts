/**
 * Bytes into lines. Whole chunks are decoded at once, since asking for each line costs more than all of its parsing.
 *
 *     chunk: ...tail of a line\n line\n line\n head of a li...
 *            └─ with what was kept ─┘ └─ decoded together ─┘ └─ kept, never copied until its end comes
 *
 * `\r\n` ends a line as `\n` does; a byte order mark before the first is dropped; a last line needs no end. A line above
 * the limit is told of once, and the rest of it is skipped without being kept.
 */

import { isAscii, isUtf8 } from 'node:buffer'
import { shownCharacters } from '../limits.ts'
import { BadRecord } from './bad-record.ts'

export type InputLine = string | BadRecord

/**
 * What ends a line. `newline`: with a `\r` before it or without. `bare newline`: a `\r` before it belongs to the line, as in
 * a cell of a table. `return`: as on old Macs. `nul`: as `find -print0` writes it, where every other byte belongs to the line.
 */
export type LineEnd = keyof typeof ends

const ends = { newline: 0x0a, 'bare newline': 0x0a, return: 0x0d, nul: 0x00 } as const
/** Enough bytes for the characters that are shown. */
const shownBytes = 4 * shownCharacters

export class LineSplitter {
  readonly #mostBytes: number
  /** The byte that ends a line. */
  readonly #end: number
  /** A `\r` before it is not the line's. */
  readonly #returns: boolean
  #kept: Buffer[] = []
  #keptBytes = 0
  #skipping = false
  /** A byte order mark may come. */
  #first: boolean

  constructor(mostBytes: number, end: LineEnd = 'newline') {
    this.#mostBytes = mostBytes
    this.#end = ends[end]
    this.#returns = end === 'newline'
    this.#first = end !== 'nul'
  }

  /** The lines that end in this chunk. */
  push(chunk: Buffer): InputLine[] {
    const lines: InputLine[] = []
    let start = 0
    if (this.#keptBytes > 0 || this.#skipping) {
      const end = chunk.indexOf(this.#end)
      if (end === -1) {
        this.#keep(chunk, lines)
        return lines
      }
      this.#keep(chunk.subarray(0, end), lines)
      this.#endLine(lines)
      start = end + 1
    }
    const last = chunk.lastIndexOf(this.#end)
    if (last >= start) {
      this.#decode(chunk.subarray(start, last), lines)
      start = last + 1
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start), lines)
    return lines
  }

  /** The last line, where it has no end. */
  end(): InputLine[] {
    const lines: InputLine[] = []
    if (this.#keptBytes > 0 || this.#skipping) this.#endLine(lines)
    return lines
  }

  #keep(bytes: Buffer, lines: InputLine[]): void {
    if (this.#skipping || bytes.length === 0) return
    this.#kept.push(bytes)
    this.#keptBytes += bytes.length
    // One more: the `\r` of a line's end does not count.
    if (this.#keptBytes <= this.#mostBytes + 1) return
    lines.push(tooLong(Buffer.concat(this.#kept, Math.min(this.#keptBytes, shownBytes)), this.#mostBytes))
    this.#kept = []
    this.#keptBytes = 0
    this.#skipping = true
  }

  #endLine(lines: InputLine[]): void {
    if (this.#skipping) {
      this.#skipping = false
      return
    }
    const [only] = this.#kept
    const bytes = only !== undefined && this.#kept.length === 1 ? only : Buffer.concat(this.#kept)
    this.#kept = []
    this.#keptBytes = 0
    lines.push(this.#one(bytes))
  }

  /** Lines that are whole in one chunk: decoded together where that is safe. */
  #decode(bytes: Buffer, lines: InputLine[]): void {
    if (bytes.length > this.#mostBytes || !isUtf8(bytes)) {
      let start = 0
      for (let end = bytes.indexOf(this.#end); end !== -1; end = bytes.indexOf(this.#end, start)) {
        lines.push(this.#one(bytes.subarray(start, end)))
        start = end + 1
      }
      lines.push(this.#one(bytes.subarray(start)))
      return
    }
    const text = isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8')
    const mark = String.fromCharCode(this.#end)
    const returns = this.#returns && text.includes('\r')
    let start = this.#first ? afterMark(text) : 0
    this.#first = false
    for (let end = text.indexOf(mark, start); end !== -1; end = text.indexOf(mark, start)) {
      lines.push(returns ? text.slice(start, beforeReturn(text, start, end)) : text.slice(start, end))
      start = end + 1
    }
    lines.push(returns ? text.slice(start, beforeReturn(text, start, text.length)) : text.slice(start))
  }

  #one(bytes: Buffer): InputLine {
    const first = this.#first
    this.#first = false
    const line = this.#returns && bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes
    if (line.length > this.#mostBytes) return tooLong(line, this.#mostBytes)
    const text = line.toString('utf8')
    if (!isUtf8(line)) return new BadRecord('it is not valid UTF-8', text.slice(0, shownCharacters))
    return first ? text.slice(afterMark(text)) : text
  }
}

/** 1 behind a byte order mark, else 0. */
const afterMark = (text: string): number => (text.charCodeAt(0) === 0xfeff ? 1 : 0)

const beforeReturn = (text: string, start: number, end: number): number =>
  end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end

const tooLong = (bytes: Buffer, mostBytes: number): BadRecord =>
  new BadRecord(
    `it is longer than ${mostBytes} bytes`,
    bytes.subarray(0, shownBytes).toString('utf8'),
    'Shorten it, or allow longer ones with --max-line',
  )
