/** CSV and TSV with a header: each row is an instruction, each cell a text that becomes a value. */

import { once } from 'node:events'

import { RunError } from '../exit-codes.ts'
import { BadRecord } from './bad-record.ts'
import type { Bytes } from './bytes.ts'
import type { Input } from './input.ts'
import type { Texts } from './values.ts'

/** @param read  makes an instruction of a row's cells */
export function table(
  bytes: Bytes,
  { separator, mostBytes }: { readonly separator: ',' | '\t'; readonly mostBytes: number },
  read: (texts: Texts) => Record<string, unknown>,
): Input {
  let header: readonly string[] | undefined
  let rows = 0
  return {
    name: bytes.name,
    total: () =>
      bytes.fraction
        ? { records: Math.round(rows / bytes.fraction), guessed: bytes.fraction < 1 }
        : undefined,
    async *batches() {
      const { parse } = await import('csv-parse')
      let batch: unknown[] = []
      /** Where it says that bytes are no text, cells with replacement characters are not to be believed. */
      const strict = new TextDecoder('utf-8', { fatal: true })
      let spoilt = false
      const parser = parse({
        delimiter: separator,
        bom: true,
        relax_column_count: true,
        skip_empty_lines: true,
        skip_records_with_error: true,
        max_record_size: mostBytes,
        ...(separator === '\t' && { quote: null }),
        // Taken here, in order with the rows that are skipped; `null` keeps it out of the stream, which nobody reads.
        on_record: (row: string[]) => {
          if (header === undefined) header = checkHeader(bytes.name, row)
          else batch.push(check(row, header, spoilt))
          return null
        },
        on_skip: (error, raw) => {
          batch.push(new BadRecord(`it is no row: ${error?.message}`, String(raw ?? '')))
          return undefined
        },
      })
      let broken: Error | undefined
      parser.on('error', error => {
        broken = error
      })
      parser.resume()
      for await (const chunk of bytes.chunks()) {
        spoilt ||= !isText(strict, chunk)
        await new Promise<void>(resolve => void parser.write(chunk, () => resolve()))
        if (broken !== undefined) throw unreadable(bytes.name, broken)
        rows += batch.length
        if (batch.length > 0) yield batch
        batch = []
      }
      if (!parser.destroyed) {
        parser.end()
        await once(parser, 'end').catch(error => {
          broken ??= error
        })
      }
      if (broken !== undefined) throw unreadable(bytes.name, broken)
      rows += batch.length
      if (batch.length > 0) yield batch
    },
    read: row => (row instanceof BadRecord ? row : read(row as Texts)),
    close: () => bytes.close(),
  }
}

function isText(decoder: TextDecoder, chunk: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: true })
    return true
  } catch {
    return false // bytes that are no UTF-8, which is the question
  }
}

function check(row: readonly string[], header: readonly string[], spoilt: boolean): Texts | BadRecord {
  if (row.length !== header.length) {
    return new BadRecord(`it has ${row.length} cells, and the header has ${header.length}`, row.join(','))
  }
  if (spoilt && row.some(cell => cell.includes('\ufffd'))) {
    return new BadRecord('it is no valid UTF-8', row.join(','))
  }
  return Object.fromEntries(header.map((name, i) => [name, row[i] as string]))
}

function checkHeader(name: string, header: readonly string[]): readonly string[] {
  const twice = header.find((one, i) => header.indexOf(one) !== i)
  if (twice !== undefined) throw new RunError(`Cannot read ${name}: its header names '${twice}' twice`)
  return header
}

const unreadable = (name: string, error: Error): RunError =>
  error instanceof RunError ? error : new RunError(`Cannot read ${name}: ${error.message}`, { cause: error })
