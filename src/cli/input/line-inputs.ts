/** Inputs that are read line by line: NDJSON, and plain lines that are one attribute. */

import { BadRecord } from './bad-record.ts'
import type { Bytes } from './bytes.ts'
import type { Input } from './input.ts'
import { LineSplitter } from './split-lines.ts'
import type { Texts } from './values.ts'

/** One JSON object per line. */
export function ndjson(bytes: Bytes, mostBytes: number): Input {
  return lineInput(bytes, mostBytes, parseObject)
}

/** Each line is the value of one attribute. */
export function plainLines(
  bytes: Bytes,
  mostBytes: number,
  attribute: { readonly name: string; readonly read: (texts: Texts) => Record<string, unknown> },
): Input {
  return lineInput(bytes, mostBytes, line => attribute.read({ [attribute.name]: line }))
}

function lineInput(
  bytes: Bytes,
  mostBytes: number,
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
      const splitter = new LineSplitter(mostBytes)
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
      return isEmpty(record) ? undefined : read(record)
    },
    close: () => bytes.close(),
  }
}

const isEmpty = (line: string): boolean => line === '' || (line.charCodeAt(0) <= 0x20 && line.trim() === '')

function parseObject(line: string): Record<string, unknown> | BadRecord {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return new BadRecord(`it is not JSON: ${(error as Error).message}`, line)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  return new BadRecord(`it is not a JSON object but ${kindOf(value)}`, line, 'Give one object per line')
}

export const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`
