/**
 * Where a file may be cut: behind a newline, and not within quotes. Lines need a look at the end of each block alone; tables
 * with quotes are read through, since only all the quotes before a newline say whether it ends a row.
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

import { RunError } from '../exit-codes.ts'

const newline = 10
const quote = 34
/** Read at once in search of a border. */
const lookBytes = 64 * 1024
const scanBytes = 1024 * 1024

export interface ByteRange {
  readonly from: number
  readonly to: number
}

export interface BorderTerms {
  /** About so many bytes; a record that is longer is whole. */
  readonly blockBytes: number
  /** Whether `"` may hold newlines. */
  readonly quoted: boolean
  /** Where the first record begins: behind a header. */
  readonly from: number
}

/** A file that is cut into blocks. */
export class CutFile {
  readonly path: string
  readonly size: number
  /** Changes when the file does. */
  readonly version: string
  readonly #fd: number

  /** @throws {RunError} when it cannot be read, or is no file */
  constructor(path: string) {
    this.path = path
    try {
      this.#fd = openSync(path, 'r')
    } catch (error) {
      throw new RunError(`Cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`, { cause: error })
    }
    const stats = fstatSync(this.#fd)
    if (!stats.isFile())
      throw new RunError(`Cannot read ${path} in pieces: it is no file (pipe it in with --pipe)`)
    this.size = stats.size
    this.version = `${stats.size} ${stats.mtimeMs}`
  }

  /** The first bytes. */
  head(most = lookBytes): Buffer {
    const bytes = Buffer.alloc(Math.min(most, this.size))
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, bytes.length, 0))
  }

  *ranges({ blockBytes, quoted, from: start }: BorderTerms): Generator<ByteRange> {
    for (let from = start; from < this.size; ) {
      const to = quoted ? this.#behindRow(from, blockBytes) : this.#behindLine(from + blockBytes)
      yield { from, to }
      from = to
    }
  }

  close(): void {
    closeSync(this.#fd)
  }

  /** Behind the first newline at or after this place. */
  #behindLine(place: number): number {
    const bytes = Buffer.allocUnsafe(lookBytes)
    for (let at = Math.max(0, place - 1); at < this.size; at += lookBytes) {
      const count = readSync(this.#fd, bytes, 0, lookBytes, at)
      const found = bytes.subarray(0, count).indexOf(newline)
      if (found !== -1) return at + found + 1
      if (count === 0) break
    }
    return this.size
  }

  /** The same, from a place where no quote is open. */
  #behindRow(from: number, blockBytes: number): number {
    const bytes = Buffer.allocUnsafe(scanBytes)
    let open = false
    for (let at = from; at < this.size; at += scanBytes) {
      const piece = bytes.subarray(0, readSync(this.#fd, bytes, 0, scanBytes, at))
      const found = borderIn(piece, { open, least: from + blockBytes - at })
      if (found.border !== undefined) return at + found.border
      open = found.open
      if (piece.length === 0) break
    }
    return this.size
  }
}

/**
 * Behind the first newline outside of quotes that is not before `least`.
 *
 * @param open  whether a quote is open where these bytes begin
 * @returns whether one is open in the end, where there is no such border
 */
export function borderIn(
  bytes: Uint8Array,
  { open, least }: { readonly open: boolean; readonly least: number },
): { readonly border: number | undefined; readonly open: boolean } {
  let isOpen = open
  let at = 0
  while (at < bytes.length) {
    const next = bytes.indexOf(quote, at)
    const end = next === -1 ? bytes.length : next
    if (!isOpen && end > least - 1) {
      const border = bytes.indexOf(newline, Math.max(at, least - 1))
      if (border !== -1 && border < end) return { border: border + 1, open: false }
    }
    if (next === -1) break
    isOpen = !isOpen
    at = next + 1
  }
  return { border: undefined, open: isOpen }
}
