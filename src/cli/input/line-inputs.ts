/** Inputs that are read line by line: NDJSON, and plain lines that are one attribute. */

import { BadRecord } from './bad-record.ts'
import type { Bytes } from './bytes.ts'
import { inexact, inexactNumber } from './exact-number.ts'
import type { Input } from './input.ts'
import { type LineEnd, LineSplitter } from './split-lines.ts'
import type { Texts } from './values.ts'

/** One JSON object per line. */
export function ndjson(bytes: Bytes, mostBytes: number): Input {
  return { ...lineInput(bytes, { mostBytes, end: 'newline' }, parseObject), isNdjson: true }
}

/** Each line is the value of one attribute. */
export function plainLines(
  bytes: Bytes,
  { mostBytes, end }: { readonly mostBytes: number; readonly end: LineEnd },
  attribute: { readonly name: string; readonly read: (texts: Texts) => Record<string, unknown> },
): Input {
  return lineInput(bytes, { mostBytes, end }, line =>
    line.includes('\0')
      ? new BadRecord('it has a NUL character', line, remedyOfNul)
      : attribute.read({ [attribute.name]: line }),
  )
}

const remedyOfNul =
  'Read names that end with NUL (find -print0) with -0; turn UTF-16 into UTF-8 first (iconv -f UTF-16 -t UTF-8)'

function lineInput(
  bytes: Bytes,
  { mostBytes, end }: { readonly mostBytes: number; readonly end: LineEnd },
  read: (line: string) => Record<string, unknown> | BadRecord,
): Input {
  let lines = 0
  return {
    name: bytes.name,
    total: () =>
      bytes.fraction
        ? { records: Math.round(lines / bytes.fraction), guessed: bytes.fraction < 1 }
        : undefined,
    async *batches() {
      const splitter = new LineSplitter(mostBytes, end)
      for await (const chunk of bytes.chunks()) {
        const batch = splitter.push(chunk)
        lines += batch.length
        if (batch.length > 0) yield batch
      }
      const last = splitter.end()
      lines += last.length
      if (last.length > 0) yield last
    },
    read: record => {
      if (typeof record !== 'string') return record as BadRecord
      return record === '' || (end === 'newline' && isEmpty(record)) ? undefined : read(record)
    },
    close: () => bytes.close(),
  }
}

const isEmpty = (line: string): boolean => line.charCodeAt(0) <= 0x20 && line.trim() === ''

function parseObject(line: string): Record<string, unknown> | BadRecord {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return new BadRecord(`it is not JSON: ${(error as Error).message}`, line, remedyOf(line))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new BadRecord(`it is not a JSON object but ${jsonKindOf(value)}`, line, remedyOf(line))
  const number = inexactNumber(line)
  return number === undefined ? (value as Record<string, unknown>) : unwritable(number, line)
}

function unwritable(number: string, line: string): BadRecord {
  const [why, remedy] = inexact(number)
  return new BadRecord(why, line, remedy)
}

/** What would read a line that is no object. */
function remedyOf(line: string): string {
  if (line.includes('\0')) return remedyOfNul
  const start = line.trimStart()[0] ?? ''
  if (start === '{')
    return 'Correct this record, or read records of several lines with --input json (as one array)'
  if (start === '[') return 'Give one object per line, or read one array of objects with --input json'
  if (line.includes(',') || line.includes(';') || line.includes('\t'))
    return 'Give one object per line, or read a table with --input csv, lines of text with --input lines'
  return 'Give one object per line, or read each line as a value with --input lines'
}

export const jsonKindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`
