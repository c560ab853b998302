/** `--input`: how records are written. */

import { extname } from 'node:path'

import { UsageError } from '../exit-codes.ts'

/** @throws {UsageError} when it is not a format that can be read */
export function parseFormat(text: string): string {
  if (['ndjson', 'json', 'csv', 'tsv', 'lines', 'lines0'].includes(text) || /^lines0?=./.test(text))
    return text
  throw new UsageError(
    `'${text}' is not an input format: give ndjson, json, csv, tsv, lines, lines=NAME or lines0 (each ended by NUL)`,
  )
}

/** `--delimiter`: one character; `\\t` and `tab` for what is hard to type. */
export function parseDelimiter(text: string): string {
  const character = text === '\\t' || text === 'tab' ? '\t' : text
  if (character.length === 1 && !/["\r\n]/.test(character)) return character
  throw new UsageError(`'${text}' is not a delimiter: give one character, as in ';' or '\\t'`)
}

/** By its extension, that of compression aside; `undefined` where that says nothing. */
export const formatOf = (path: string): string | undefined =>
  formatByExtension[extname(path.replace(/\.gz$/i, '')).toLowerCase()]

const formatByExtension: Readonly<Record<string, string>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
  '.csv': 'csv',
  '.tsv': 'tsv',
}
