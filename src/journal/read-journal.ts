/**
 * Reads a journal that earlier lives have left: line by line, so that of ten million lines nothing stays but where they are.
 *
 * A last line without its end was torn by the death of its writer, and counts as never written. Any other line that is
 * broken was changed by somebody else: it is refused with its number, or left out where the journal is to be repaired.
 */

import { eachLine } from './read-lines.ts'
import { sealOf } from './seal.ts'
import { Traces } from './traces.ts'
import { usualLine } from './usual-line.ts'

/** Versions that can be read. Lines of the first have no checksum. */
const versions = [1, 2]

export interface PastRun {
  readonly header: Readonly<Record<string, unknown>> | undefined
  readonly traces: Traces
  /** Bytes of whole lines: what follows was torn. */
  readonly wholeBytes: number
  readonly tornBytes: number
}

export interface ReadingTerms {
  /** Hears of a line that is broken, which is then left out. Without it, the first one is refused. */
  readonly broken?: (line: number, why: string) => void
}

/** A line that is not what it was. */
export class BrokenLine extends Error {
  constructor(path: string, line: number, why: string) {
    super(`${path}, line ${line}: ${why}`)
  }
}

interface Line {
  readonly t?: unknown
  readonly journal?: unknown
  readonly key?: unknown
  readonly attempt?: unknown
  readonly kind?: unknown
  readonly n?: unknown
  readonly told?: unknown
  /** Of a failure; in version 1 it stands in the failure. */
  readonly code?: unknown
  readonly failure?: { readonly code?: unknown }
}

/** @throws {BrokenLine} naming the number of the first broken line */
export function readJournal(path: string, terms: ReadingTerms = {}): PastRun {
  const traces = new Traces()
  let header: Readonly<Record<string, unknown>> | undefined
  let number = 0
  const { wholeBytes, tornBytes } = eachLine(path, (bytes, offset) => {
    number++
    const why =
      number === 1
        ? flawOfHeader(bytes, read => {
            header = read
            traces.marksTold = read.tells === true
          })
        : (flawOfSeal(bytes, header?.journal !== 1) ?? take(bytes, { offset, traces }))
    if (why === undefined) return
    if (terms.broken === undefined) throw new BrokenLine(path, number, why)
    terms.broken(number, why)
  })
  return { header, traces, wholeBytes, tornBytes }
}

/** The same without keeping anything: how each line is. For whoever copies what is whole. */
export function flawOfLine(bytes: Buffer, first: boolean, sealedLines: boolean): string | undefined {
  return first
    ? flawOfHeader(bytes, () => {})
    : (flawOfSeal(bytes, sealedLines) ?? take(bytes, { offset: 0, traces: new Traces() }))
}

function flawOfHeader(
  bytes: Buffer,
  read: (header: Readonly<Record<string, unknown>>) => void,
): string | undefined {
  const seal = sealOf(bytes)
  if (seal === 'broken') return changed
  const header = parsed(bytes)
  if (header === undefined || typeof header.journal !== 'number') return 'it is not a journal'
  if (seal === 'bare' && header.journal !== 1 && versions.includes(header.journal)) return changed
  read(header as Readonly<Record<string, unknown>>)
  return undefined
}

const notJson = 'it is not valid JSON'
const changed = 'it is not as it was written (its checksum is another)'

function flawOfSeal(bytes: Buffer, isSealed: boolean): string | undefined {
  const seal = sealOf(bytes)
  if (seal === 'whole' || (seal === 'bare' && !isSealed)) return undefined
  return seal === 'bare' && parsed(bytes) === undefined ? notJson : changed
}

interface Taking {
  readonly offset: number
  readonly traces: Traces
}

/** @returns what is wrong with it */
function take(bytes: Buffer, { offset, traces }: Taking): string | undefined {
  const line = usualLine(bytes)
  if (line === undefined) return takeSlowly(bytes, { offset, traces })
  const row = traces.rowOf(bytes, line.from, line.to)
  if (!line.isEnd) traces.began(row, line.attempt)
  else traces.ended(row, { ended: line.attempt, failed: false, offset, length: bytes.length, n: line.n })
  return undefined
}

function takeSlowly(bytes: Buffer, { offset, traces }: Taking): string | undefined {
  const line = parsed(bytes)
  if (line === undefined) return notJson
  if (line.t === 'told' && Array.isArray(line.told)) {
    traces.marksTold = true
    for (const [from, to] of line.told as [number, number][]) traces.told(from, to)
    return undefined
  }
  const { t, key, attempt } = line
  if (typeof key !== 'string' || typeof attempt !== 'number') return 'it has no key or attempt'
  const row = traces.rowOf(key)
  if (t === 'start') traces.began(row, attempt)
  else if (t !== 'end') return 'it is neither a start nor an end'
  else if (runsAgain(line)) traces.cancelled(row, attempt)
  else {
    const n = typeof line.n === 'number' ? line.n : traces.nextN
    traces.ended(row, { ended: attempt, failed: line.kind === 'failed', offset, length: bytes.length, n })
  }
  return undefined
}

/** What was cancelled or lost in a storm is not finished. */
const runsAgain = ({ kind, code, failure }: Line): boolean =>
  kind === 'cancelled' || (code ?? failure?.code) === 'storm'

function parsed(bytes: Buffer): Line | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Line) : undefined
  } catch {
    return undefined
  }
}
