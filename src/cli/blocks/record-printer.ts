/** What is printed of the records of a block: collected as text, handed over as bytes. */

import { toJson } from '../../words/to-json.ts'
import { reportFormat } from '../output/report-format.ts'
import type { BlockReading, FailedRecord } from './block.ts'

type Given = Readonly<Record<string, unknown>>
type Failed = Omit<FailedRecord, 'offset'>

const encoder = new TextEncoder()
const empty = new Uint8Array(0)
/** So many characters are encoded at once: while they are near, and not as one long text. */
const handful = 1 << 15

export class RecordPrinter {
  readonly #settled: (result: unknown, given: Given, offset: () => number) => string | Uint8Array
  readonly #tellsFailed: boolean
  #text = ''
  #bytes: Uint8Array<ArrayBuffer> = empty
  #length = 0

  constructor({ format, print }: Pick<BlockReading, 'format' | 'print'>) {
    this.#tellsFailed = format === 'ndjson' && print === undefined
    this.#settled = this.#tellsFailed ? asReport : asFormat({ format, print })
  }

  /** @param bytes  about so many will be printed, if it is as much as was read */
  begin(bytes: number): void {
    this.#bytes = new Uint8Array(bytes + 4 * handful)
  }

  done(result: unknown, given: Given, offset: () => number): undefined {
    const printed = this.#settled(result, given, offset)
    if (typeof printed === 'string') {
      this.#text += printed
      if (this.#text.length > handful) this.#flush()
      return
    }
    this.#flush()
    this.#room(printed.length)
    this.#bytes.set(printed, this.#length)
    this.#length += printed.length
  }

  failed({ refused, why, text }: Failed, offset: number): void {
    if (!this.#tellsFailed) return
    const failure = { code: refused ? 'refused' : 'threw', why }
    this.#text += `${toJson({ kind: 'failed', offset, failure, text: text.slice(0, 1000) })}\n`
  }

  /** All that was printed since the last time, in memory of its own. */
  end(): Uint8Array {
    this.#flush()
    const all = this.#bytes.subarray(0, this.#length)
    this.#bytes = empty
    this.#length = 0
    return all
  }

  #flush(): void {
    if (this.#text === '') return
    // A character takes three bytes at most.
    this.#room(3 * this.#text.length)
    const { written } = encoder.encodeInto(this.#text, this.#bytes.subarray(this.#length))
    this.#length += written
    this.#text = ''
  }

  #room(bytes: number): void {
    const least = this.#length + bytes
    if (least <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(least, 2 * this.#bytes.length))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

function asReport(result: unknown, _: Given, offset: () => number): string {
  const shown =
    result === undefined ? '' : `,"result":${Number.isSafeInteger(result) ? result : toJson(result)}`
  return `{"kind":"done","offset":${offset()}${shown}}\n`
}

function asFormat({ format, print }: Pick<BlockReading, 'format' | 'print'>) {
  if (format === 'results' && print === undefined) return (result: unknown) => `${toJson(result)}\n`
  const { settled } = reportFormat(
    { format, isLine: false, ...(print !== undefined && { print }) },
    undefined,
  )
  return (result: unknown, given: Given, offset: () => number): string | Uint8Array => {
    const report = { kind: 'done', result } as never
    const printed = settled(report, { line: print === undefined ? 0 : offset() }, given)
    return typeof printed === 'object' && 'file' in printed ? '' : printed
  }
}
