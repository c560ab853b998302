/** Small inputs of all forms, and how many records each has. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface SmallInput {
  readonly name: string
  /** What is in the file; nothing where there is no file. */
  readonly text?: string | Uint8Array
  /** How it must be read, where its name does not tell. */
  readonly args?: readonly string[]
  /** Records that count; `undefined` where it cannot be read to its end. */
  readonly records: number | undefined
}

const objects = (count: number, one: (n: number) => object = n => ({ n })): string =>
  Array.from({ length: count }, (_, n) => `${JSON.stringify(one(n))}\n`).join('')

const lines = (count: number, one: (n: number) => string = String): string =>
  Array.from({ length: count }, (_, n) => `${one(n)}\n`).join('')

const mixed = (n: number) =>
  [{ n }, { throws: 'no' }, { n, ms: 1 }, { nope: 1 }, { n: 'x', print: 'hi\n' }][n % 5] as object

const lined = ['--input', 'lines=n']

export const smallInputs: readonly SmallInput[] = [
  { name: 'empty.ndjson', text: '', records: 0 },
  { name: 'newlines.ndjson', text: '\n\n \n\r\n', records: 0 },
  { name: 'one.ndjson', text: '{"n":1}', records: 1 },
  { name: 'ten.ndjson', text: objects(10), records: 10 },
  { name: 'hundred.ndjson', text: objects(100), records: 100 },
  { name: 'many.ndjson', text: objects(3000), records: 3000 },
  { name: 'mixed.ndjson', text: objects(40, mixed), records: 40 },
  { name: 'throws.ndjson', text: objects(120, () => ({ throws: 'no' })), records: 120 },
  { name: 'named.ndjson', text: objects(5, n => ({ n, name: `a[${n}].txt` })), records: 5 },
  { name: 'keyed.ndjson', text: objects(6, n => ({ n, key: `k/${n % 3}` })), records: 6 },
  { name: 'prioritised.ndjson', text: objects(9, n => ({ n, priority: n % 3, memory: n })), records: 9 },
  { name: 'heavy.ndjson', text: objects(3, () => ({ n: 1, memory: 1e9 })), records: 3 },
  { name: 'exits.ndjson', text: objects(6, n => (n === 3 ? { exits: 1 } : { n })), records: 6 },
  { name: 'sleeps.ndjson', text: objects(8, n => ({ ms: 10 * (n % 3) })), records: 8 },
  { name: 'notes.ndjson', text: objects(4, n => ({ n, notes: [{ done: n, total: 4 }, 'x'] })), records: 4 },
  { name: 'prints.ndjson', text: objects(4, () => ({ print: 'a\n\u001b[31mb' })), records: 4 },
  { name: 'crlf.ndjson', text: '{"n":1}\r\n\r\n{"n":2}\r\n', records: 2 },
  { name: 'mark.ndjson', text: '\ufeff{"n":1}\n{"n":2}\n', records: 2 },
  { name: 'numbers.ndjson', text: lines(60), records: 60 },
  { name: 'words.ndjson', text: 'a\nb c\n"d"\nnull\n', records: 4 },
  { name: 'pretty.ndjson', text: JSON.stringify([{ n: 1 }, { n: 2 }], undefined, 2), records: 8 },
  { name: 'inexact.ndjson', text: '{"n":9007199254740993}\n{"n":1e999}\n{"n":1}\n', records: 3 },
  { name: 'wide.ndjson', text: `${JSON.stringify({ n: 'x'.repeat(3000) })}\n{"n":1}\n`, records: 2 },
  { name: 'latin.ndjson', text: Buffer.from('{"n":"\xe9"}\n{"n":1}\n', 'latin1'), records: 2 },
  { name: 'prototype.ndjson', text: '{"__proto__":{"n":1}}\n{"constructor":1}\n{"n":1}\n', records: 3 },
  { name: 'deep.ndjson', text: `{"n":${'['.repeat(500)}${']'.repeat(500)}}\n{"n":1}\n`, records: 2 },
  { name: 'utf16.ndjson', text: Buffer.from('\ufeff{"n":1}\n', 'utf16le'), records: undefined },
  { name: 'zipped.ndjson.gz', text: gzipSync(objects(7)), records: 7 },
  { name: 'torn.ndjson.gz', text: gzipSync(objects(700)).subarray(0, 60), records: undefined },
  { name: 'array.json', text: JSON.stringify([{ n: 1 }, { throws: 'no' }, 3, null]), records: 4 },
  { name: 'none.json', text: '[]', records: 0 },
  { name: 'object.json', text: '{"n":1}', records: undefined },
  { name: 'broken.json', text: '[{"n":1},', records: undefined },
  { name: 'table.csv', text: 'n\n1\n2\n3\n', records: 3 },
  { name: 'quoted.csv', text: 'n,throws\n"a,b",\n"c\nd",no\n', records: 2 },
  { name: 'ragged.csv', text: 'n,ms\n1\n2,1,3\n4,1,\n', records: 3 },
  { name: 'unclosed.csv', text: 'n\n1\n"2\n3\n4\n', records: 4 },
  { name: 'semicolons.csv', text: 'n;ms\n1;2\n3;4\n', records: 2 },
  { name: 'header.csv', text: 'n\n', records: 0 },
  { name: 'twice.csv', text: 'n,n\n1,2\n', records: undefined },
  { name: 'returns.csv', text: 'n\r1\r2\r', records: 2 },
  { name: 'table.tsv', text: 'n\tms\n"a\t1\nb\t2\n', records: 2 },
  { name: 'bare.csv', text: '1,2\n3,4\n', args: ['--no-header', '--columns', 'n,ms'], records: 2 },
  { name: 'text.txt', text: lines(30, n => `line ${n}`), args: lined, records: 30 },
  { name: 'names.txt', text: 'a\n b\0c\0', args: ['-0', ...lined], records: 2 },
  { name: 'nul.txt', text: 'a\0b\nc\n', args: lined, records: 2 },
  { name: 'figures.txt', text: '12E4\n-0\n1e999\n00\n', args: lined, records: 4 },
  { name: 'folder', records: undefined },
  { name: 'missing.ndjson', records: undefined },
  { name: 'last.ndjson', text: '{"n":1}\n{"n":', records: 2 },
]

/** A folder with all of them. @param folder  one that has been made before: as it was then */
export function writeInputs(folder = mkdtempSync(join(tmpdir(), 'rxboss-random-'))): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const { name, text } of smallInputs) if (text !== undefined) writeFileSync(join(folder, name), text)
  mkdirSync(join(folder, 'folder'))
  return folder
}
