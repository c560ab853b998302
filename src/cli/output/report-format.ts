/**
 * What is printed of a report. Lines of JSON that say everything, by default; else the results alone, and then what failed is
 * told on stderr, and counts in the exit code.
 *
 *     ndjson     the report                           results   the result as JSON
 *     text       the result as text, bytes as bytes   csv, tsv  a row, with a header
 *     --print    what a template makes of it
 */

import type { Report } from '../../index.ts'
import { toJson } from '../../words/to-json.ts'
import type { BadRecord } from '../input/bad-record.ts'
import { knownNames } from '../known-names.ts'
import { alongPath, parseTemplate, type Template, textOfHole } from '../template/template.ts'
import { mustHaveNames } from '../template/values-of-record.ts'
import type { Printable } from './printable.ts'
import { type Origin, refusalLine, reportLine } from './report-line.ts'
import { reportColumns, tableForm } from './report-table.ts'

export type FormatName = 'ndjson' | 'results' | 'text' | 'csv' | 'tsv'

type Given = Readonly<Record<string, unknown>>

export interface ReportFormat {
  /** Before everything else; `''` for nothing. */
  readonly head: string
  /** It needs what was given, besides what is reported. */
  readonly wantsGiven: boolean
  readonly settled: (report: Report, origin: Origin, given?: Given) => Printable
  /** Of interim reports, what is printed whether they are wanted or not. */
  readonly interim?: (report: Report) => Printable
  readonly refused: (bad: BadRecord, what: string, origin: Origin) => string
}

interface FormatOptions {
  readonly format?: FormatName
  readonly print?: string
  /** Records fill command lines. */
  readonly isLine: boolean
}

/** A command's output is what it writes, unless something else is wanted. */
export const formatNameOf = ({ format, isLine }: Pick<FormatOptions, 'format' | 'isLine'>): FormatName =>
  format ?? (isLine ? 'text' : 'ndjson')

/** @throws {UsageError} for a template that names what there is not */
export function reportFormat(
  options: FormatOptions,
  workers: Parameters<typeof knownNames>[0] | undefined,
): ReportFormat {
  if (options.print !== undefined) return byTemplate(options.print, workers && knownNames(workers))
  const name = formatNameOf(options)
  if (name === 'csv' || name === 'tsv') return asTable(name)
  return formats[name]
}

const nothing = () => ''

const formats: Readonly<Record<Exclude<FormatName, 'csv' | 'tsv'>, ReportFormat>> = {
  ndjson: { head: '', wantsGiven: false, settled: reportLine, refused: refusalLine },
  results: {
    ...{ head: '', wantsGiven: false, refused: nothing },
    settled: report => (report.kind === 'done' ? `${toJson(report.result)}\n` : ''),
  },
  text: {
    ...{ head: '', wantsGiven: false, refused: nothing },
    settled: report => (report.kind === 'done' ? asText(report.result) : ''),
    interim: report => (report.kind === 'interim' ? (writtenBy(report.note) ?? '') : ''),
  },
}

/** A text ends with a newline; what a command has written is as it was; bytes are bytes. */
function asText(result: unknown): Printable {
  if (typeof result === 'string') return result.endsWith('\n') ? result : `${result}\n`
  if (result instanceof Uint8Array) return result
  if (result === undefined) return ''
  return writtenBy(result) ?? `${toJson(result)}\n`
}

/** The stdout of a command, as the worker `shell` tells it. */
function writtenBy(value: unknown): Printable | undefined {
  if (typeof value !== 'object' || value === null || !('stdout' in value)) return undefined
  const { stdout } = value as { readonly stdout: unknown }
  if (typeof stdout === 'string' || stdout instanceof Uint8Array) return stdout
  const file = typeof stdout === 'object' && stdout !== null && 'file' in stdout ? stdout.file : undefined
  return typeof file === 'string' ? { file } : undefined
}

function asTable(name: 'csv' | 'tsv'): ReportFormat {
  const { head, row } = tableForm(name, ['line', ...reportColumns])
  return {
    ...{ head, wantsGiven: false },
    settled: (report, origin) => row({ ...report, ...origin }),
    refused: ({ why }, _, origin) => row({ kind: 'failed', failure: { code: 'refused', why }, ...origin }),
  }
}

// -- templates ---------------------------------------------------------------------------------------------------------

/** What of a report can be named, besides the attributes of its instruction. */
const reported: ReadonlySet<string> = new Set([
  ...['kind', 'id', 'name', 'worker', 'attempt', 'result', 'waitMs', 'workMs', 'line', 'from'],
  ...['failure', 'reason', 'code', 'key'],
])
/** Whoever asks for these wants to hear of what failed. */
const ofFailures = /^(?:kind|failure|reason|code)$/

function byTemplate(text: string, known: ReadonlySet<string> | undefined): ReportFormat {
  const template = parseTemplate(unescaped(text))
  mustHaveNames('--print', template, { known: known && new Set([...known, ...reported]) })
  const names = template.pieces.flatMap(piece => ('hole' in piece ? [piece.hole.name ?? 'result'] : []))
  const all = names.some(name => ofFailures.test(name))
  const print = (values: Given): string => `${printed(template, values)}\n`
  return {
    head: '',
    wantsGiven: names.some(name => !reported.has(name)),
    settled: (report, origin, given) =>
      all || report.kind === 'done' ? print({ ...given, ...report, ...origin }) : '',
    refused: (bad, what, origin) =>
      all ? print({ kind: 'failed', failure: { code: 'refused', what, why: bad.why }, ...origin }) : '',
  }
}

/** What is not there is empty. */
const printed = ({ pieces }: Template, values: Given): string =>
  pieces
    .map(piece => {
      if ('literal' in piece) return piece.literal
      if ('counter' in piece) return String(values.line)
      const { name = 'result', path } = piece.hole
      return textOfHole(piece.hole, alongPath(values[name], path))
    })
    .join('')

const unescaped = (text: string): string =>
  text.replace(/\\([tn0\\])/g, (_, letter) => ({ t: '\t', n: '\n', 0: '\0' })[letter as 't'] ?? '\\')
