/** Reports as rows of a table, for spreadsheets. */

import { toJson } from '../../words/to-json.ts'

/** The columns of a report, besides what says where it came from. */
export const reportColumns = [
  ...['id', 'name', 'worker', 'kind', 'attempt', 'waitMs', 'workMs', 'result', 'code', 'why'],
] as const

export interface TableForm {
  readonly head: string
  readonly row: (report: object) => string
}

export function tableForm(name: 'csv' | 'tsv', columns: readonly string[]): TableForm {
  const separator = name === 'csv' ? ',' : '\t'
  const cell = name === 'csv' ? quoted : withoutTabs
  return {
    head: `${columns.join(separator)}\n`,
    row: report => `${columns.map(column => cell(textOf(inColumn(report, column)))).join(separator)}\n`,
  }
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const withoutTabs = (text: string): string => text.replace(/[\t\r\n]+/g, ' ')

function inColumn(report: object, column: string): unknown {
  const values = report as Readonly<Record<string, unknown>>
  // To the microsecond: more is noise.
  if (column.endsWith('Ms')) return values[column] && Math.round(1000 * Number(values[column])) / 1000
  if (column !== 'code' && column !== 'why') return values[column]
  return (values.failure as Readonly<Record<string, unknown>> | undefined)?.[column]
}

const textOf = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : toJson(value)
