/**
 * Reads a journal that an earlier life has left: line by line, so that of ten million lines nothing stays but the keys.
 *
 * A last line without its end was torn by the death of its writer, and counts as never written. Any other broken line means
 * that somebody else wrote here.
 */

import { closeSync, openSync, readSync } from 'node:fs'

/** Where the line is that says how an instruction ended; or how many attempts began, as a negative number. */
export interface Traces {
  readonly header: Readonly<Record<string, unknown>> | undefined
  readonly ended: ReadonlyMap<string, EndTrace>
  readonly begun: ReadonlyMap<string, number>
  /** Bytes of whole lines: what follows was torn. */
  readonly wholeBytes: number
  readonly tornBytes: number
}

export interface EndTrace {
  readonly offset: number
  readonly length: number
  readonly failed: boolean
}

interface Line {
  readonly t?: unknown
  readonly journal?: unknown
  readonly key?: unknown
  readonly attempt?: unknown
  readonly kind?: unknown
  readonly failure?: { readonly code?: unknown }
}

/** @throws {Error} naming the number of the first broken line */
export function readJournal(path: string): Traces {
  const ended = new Map<string, EndTrace>()
  const begun = new Map<string, number>()
  let header: Readonly<Record<string, unknown>> | undefined
  let number = 0
  const { wholeBytes, tornBytes } = eachLine(path, (text, offset, length) => {
    number++
    const line = parse(text, path, number)
    if (number === 1) {
      if (typeof line.journal !== 'number') throw broken(path, 1, 'it is no journal')
      header = line as Readonly<Record<string, unknown>>
      return
    }
    if (typeof line.key !== 'string' || typeof line.attempt !== 'number')
      throw broken(path, number, 'it has no key or attempt')
    if (line.t === 'start') {
      begun.set(line.key, Math.max(line.attempt, begun.get(line.key) ?? 0))
    } else if (line.t === 'end') {
      begun.delete(line.key)
      // A second end of the same attempt can only come from a second writer; the first counts.
      if (runsAgain(line) || ended.has(line.key)) return
      ended.set(line.key, { offset, length, failed: line.kind === 'failed' })
    } else throw broken(path, number, `it is neither a start nor an end`)
  })
  return { header, ended, begun, wholeBytes, tornBytes }
}

/** What was cancelled or lost in a storm is not finished. */
const runsAgain = ({ kind, failure }: Line): boolean => kind === 'cancelled' || failure?.code === 'storm'

function parse(text: string, path: string, number: number): Line {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Line
  } catch {
    // Said below.
  }
  throw broken(path, number, 'it is no JSON')
}

const broken = (path: string, line: number, why: string) =>
  new Error(`${path}, line ${line}: ${why}. Restore the file, or begin with another one`)

/** One line again, by its place in an open file. */
export function readLine(file: number, { offset, length }: EndTrace): Readonly<Record<string, unknown>> {
  const bytes = Buffer.allocUnsafe(length)
  readSync(file, bytes, 0, length, offset)
  return JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>>
}

const newline = 10

function eachLine(
  path: string,
  take: (text: string, offset: number, length: number) => void,
): { wholeBytes: number; tornBytes: number } {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.allocUnsafe(256 * 1024)
    let rest: Buffer = Buffer.alloc(0)
    let wholeBytes = 0
    for (;;) {
      const count = readSync(file, chunk, 0, chunk.length, null)
      if (count === 0) return { wholeBytes, tornBytes: rest.length }
      const bytes =
        rest.length === 0 ? chunk.subarray(0, count) : Buffer.concat([rest, chunk.subarray(0, count)])
      let from = 0
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
        take(bytes.toString('utf8', from, end), wholeBytes, end - from)
        wholeBytes += end + 1 - from
        from = end + 1
      }
      rest = Buffer.from(bytes.subarray(from))
    }
  } finally {
    closeSync(file)
  }
}
