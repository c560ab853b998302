/** CSV and TSV: each row is an instruction, each cell a text that becomes a value. */

import { RunError } from '../exit-codes.ts'
import { BadRecord } from './bad-record.ts'
import type { Bytes } from './bytes.ts'
import type { Input } from './input.ts'
import { LineSplitter } from './split-lines.ts'
import { type Row, TableRows } from './table-rows.ts'
import type { Texts } from './values.ts'

export interface TableTerms {
  /** What parts cells. Default: a comma, or else what the header has in its place, which is said. */
  readonly separator?: string | undefined
  /** Whether `"` holds cells together. */
  readonly quoted: boolean
  /** Names of the columns, where there is no header. */
  readonly columns?: readonly string[] | undefined
  readonly mostBytes: number
  /** Attributes that there are; nothing where any may be. */
  readonly known?: ReadonlySet<string> | undefined
  readonly say: (text: string) => void
}

/** What separates cells besides a comma, where nobody says. */
const guessable = [';', '\t', '|']

/** @param read  makes an instruction of a row's cells */
export function table(
  bytes: Bytes,
  terms: TableTerms,
  read: (texts: Texts) => Record<string, unknown>,
): Input {
  let rows = 0
  return {
    name: bytes.name,
    total: () =>
      bytes.fraction
        ? { records: Math.round(rows / bytes.fraction), guessed: bytes.fraction < 1 }
        : undefined,
    async *batches() {
      let reader: Reader | undefined
      for await (const chunk of bytes.chunks()) {
        reader ??= new Reader(bytes.name, chunk, terms)
        const batch = reader.push(chunk)
        rows += batch.length
        if (batch.length > 0) yield batch
      }
      const last = reader?.end() ?? []
      rows += last.length
      if (last.length > 0) yield last
    },
    read: row => (row instanceof BadRecord ? row : read(row as Texts)),
    close: () => bytes.close(),
  }
}

/** From bytes to cells by their names. */
class Reader {
  readonly #name: string
  readonly #terms: TableTerms
  readonly #lines: LineSplitter
  #rows: TableRows | undefined
  #header: readonly string[] | undefined

  /** @param start  the first bytes, which tell how lines end */
  constructor(name: string, start: Buffer, terms: TableTerms) {
    this.#name = name
    this.#terms = terms
    this.#lines = new LineSplitter(terms.mostBytes, endsWithReturns(start) ? 'return' : 'bare newline')
    this.#header = terms.columns && checkHeader(name, terms.columns)
  }

  push(chunk: Buffer): readonly (Texts | BadRecord)[] {
    return this.#named(this.#lines.push(chunk))
  }

  end(): readonly (Texts | BadRecord)[] {
    return [...this.#named(this.#lines.end()), ...this.#records(this.#rows?.end() ?? [])]
  }

  #named(lines: ReturnType<LineSplitter['push']>): readonly (Texts | BadRecord)[] {
    const [first] = lines
    if (first === undefined) return []
    this.#rows ??= this.#open(typeof first === 'string' ? first : '')
    return this.#records(this.#rows.push(lines))
  }

  /** A table of which no worker knows any column would be so many instructions that say nothing. */
  #stranger(row: readonly string[]): BadRecord | undefined {
    const { known } = this.#terms
    const header = this.#header ?? []
    if (known === undefined || header.some(name => known.has(name))) return undefined
    const columns = header.filter(name => name !== '').join(', ')
    return new BadRecord(
      `no worker has an attribute that is called as a column: ${columns}`,
      row.join(','),
      'Name the columns as the attributes are (rxboss describe tells them), or give --no-header and --columns',
    )
  }

  #open(first: string): TableRows {
    const { quoted, mostBytes, say } = this.#terms
    const separator = this.#terms.separator ?? guessed(first)
    if (separator !== this.#terms.separator && separator !== ',')
      say(
        `${this.#name}: cells are parted by '${separator === '\t' ? '\\t' : separator}' (else give --delimiter)`,
      )
    return new TableRows({ separator, quoted, mostCharacters: mostBytes })
  }

  #records(rows: readonly Row[]): readonly (Texts | BadRecord)[] {
    const records: (Texts | BadRecord)[] = []
    for (const row of rows) {
      if (this.#header !== undefined)
        records.push(row instanceof BadRecord ? row : (this.#stranger(row) ?? byName(row, this.#header)))
      else if (row instanceof BadRecord)
        throw new RunError(`Cannot read the header of ${this.#name}: ${row.why}`)
      else this.#header = checkHeader(this.#name, row)
    }
    return records
  }
}

/** Whether lines end as on old Macs. */
function endsWithReturns(start: Buffer): boolean {
  const at = start.indexOf(0x0d)
  const newline = start.indexOf(0x0a)
  return at !== -1 && (newline === -1 ? at < start.length - 1 : at < newline - 1)
}

const guessed = (header: string): string =>
  header.includes(',') ? ',' : (guessable.find(one => header.includes(one)) ?? ',')

function byName(row: readonly string[], header: readonly string[]): Texts | BadRecord {
  // Spreadsheets end rows with separators for columns that are empty.
  const beyond = row.findIndex((cell, i) => cell !== '' && (header[i] ?? '') === '')
  const named = header.findLastIndex(name => name !== '') + 1
  if (row.length < named || (beyond !== -1 && beyond >= header.length))
    return new BadRecord(`it has ${row.length} cells, and the header has ${header.length}`, row.join(','))
  if (beyond !== -1)
    return new BadRecord(`its cell ${beyond + 1} is in a column without a name`, row.join(','))
  return Object.fromEntries(header.flatMap((name, i) => (name === '' ? [] : [[name, row[i] as string]])))
}

function checkHeader(name: string, header: readonly string[]): readonly string[] {
  const twice = header.find((one, i) => one !== '' && header.indexOf(one) !== i)
  if (twice !== undefined) throw new RunError(`Cannot read ${name}: its header names '${twice}' twice`)
  if (header.every(one => one === '')) throw new RunError(`Cannot read ${name}: its header names nothing`)
  return header
}

/** What the first line of a table names, which character parts its cells, and how many bytes it is. @throws {RunError} */
export function tableHeader(
  name: string,
  start: Buffer,
  { separator, quoted }: { readonly separator: string | undefined; readonly quoted: boolean },
): { readonly columns: readonly string[]; readonly separator: string; readonly bytes: number } {
  const end = start.indexOf(0x0a)
  if (end === -1)
    throw new RunError(`Cannot read the header of ${name}: its first line does not end within 64 kB`)
  const line = start.toString('utf8', 0, end).replace(/^\uFEFF/, '')
  const parting = separator ?? guessed(line)
  const [row] = new TableRows({ separator: parting, quoted, mostCharacters: Infinity }).push([line])
  if (row === undefined || row instanceof BadRecord)
    throw new RunError(
      `Cannot read the header of ${name}: ${row?.why ?? 'it is empty, or its quotes go on in another line'}`,
    )
  return { columns: checkHeader(name, row), separator: parting, bytes: end + 1 }
}
