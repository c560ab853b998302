/** Inputs that are known as a whole before the first record is given: a JSON array, and what was typed. */

import { RunError } from '../exit-codes.ts'
import { rowsAtOnce } from '../limits.ts'
import { BadRecord } from './bad-record.ts'
import type { Bytes } from './bytes.ts'
import { inexact, inexactElements } from './exact-number.ts'
import type { Input } from './input.ts'
import { jsonKindOf } from './line-inputs.ts'
import type { Typed, ValueRows } from './typed.ts'
import type { Texts } from './values.ts'

/** One JSON array of objects, read whole. */
export function jsonArray(bytes: Bytes): Input {
  let count: number | undefined
  return {
    name: bytes.name,
    total: () => (count === undefined ? undefined : { records: count, guessed: false }),
    async *batches() {
      const chunks: Buffer[] = []
      for await (const chunk of bytes.chunks()) chunks.push(chunk)
      const records = parseArray(bytes.name, Buffer.concat(chunks))
      count = records.length
      yield records
    },
    read: record =>
      record instanceof BadRecord || (typeof record === 'object' && record !== null && !Array.isArray(record))
        ? (record as Record<string, unknown>)
        : new BadRecord(`it is not a JSON object but ${jsonKindOf(record)}`, JSON.stringify(record)),
    close: () => bytes.close(),
  }
}

function parseArray(name: string, bytes: Buffer): readonly unknown[] {
  let value: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    value = JSON.parse(text)
  } catch (error) {
    throw new RunError(`Cannot read ${name} as JSON: ${(error as Error).message}`, { cause: error })
  }
  if (Array.isArray(value)) {
    for (const [element, found] of inexactElements(text)) {
      const [why, remedy] = inexact(found.number)
      value[element] = new BadRecord(why, found.text, remedy)
    }
    return value
  }
  throw new RunError(
    `Cannot read ${name}: expected one JSON array, got ${jsonKindOf(value)} (one object per line is --input ndjson)`,
  )
}

/** Instructions from `--each`, or from behind `:::`. */
export function typedInput(
  name: string,
  rows: ValueRows,
  read: (texts: Texts, settled: Record<string, unknown>) => Record<string, unknown>,
): Input {
  return {
    name,
    total: () => ({ records: rows.count, guessed: false }),
    async *batches() {
      for (let from = 0; from < rows.count; from += rowsAtOnce)
        yield Array.from({ length: Math.min(rowsAtOnce, rows.count - from) }, (_, i) => rows.at(from + i))
    },
    read: row => {
      const texts: Record<string, string> = {}
      const settled: Record<string, unknown> = {}
      for (const [attribute, typed] of Object.entries(row as Record<string, Typed>)) {
        if ('text' in typed) texts[attribute] = typed.text
        else settled[attribute] = typed.value
      }
      return read(texts, settled)
    },
    close: () => {},
  }
}
