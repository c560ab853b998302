/** `--input`: how records are written. */

import { UsageError } from '../exit-codes.ts'

/** @throws {UsageError} when it is no format that can be read */
export function parseFormat(text: string): string {
  if (['ndjson', 'json', 'csv', 'tsv', 'lines'].includes(text) || /^lines=./.test(text)) return text
  throw new UsageError(`'${text}' is no input format: give ndjson, json, csv, tsv, lines or lines=NAME`)
}
