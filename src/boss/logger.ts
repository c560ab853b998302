/** What a verbose boss says on stderr: a line for each start and each report. Silent otherwise. */

import { describeSafely } from '../words/error-data.ts'
import { explainFailure } from '../words/failure.ts'
import type { Report } from '../words/report.ts'

export interface Logger {
  started(name: string, ticket: number): void
  reported(report: Report): void
  warned(name: string, why: string): void
}

/** @param maxLength  longest shown part of a result, in characters */
export function logger(boss: string, maxLength: number): Logger {
  // biome-ignore lint/suspicious/noConsole: being verbose is what it was asked for
  const write = (text: string) => console.error(`[${boss}] ${text}`)
  const cut = (text: string) => (text.length > maxLength ? `${text.slice(0, maxLength)} ...` : text)
  return {
    started: (name, ticket) => write(`${name} started, ticket ${ticket}`),
    warned: (name, why) => write(`${name}: warning: ${why}`),
    reported: report => write(line(report, cut)),
  }
}

function line(report: Report, cut: (text: string) => string): string {
  switch (report.kind) {
    case 'interim':
      return `${report.name} says ${cut(show(report.note))}`
    case 'done':
      return `${report.name} done in ${report.workMs.toFixed(1)} ms: ${cut(show(report.result))}`
    case 'failed':
      return `${report.name} failed: ${cut(explainFailure(report.failure))}`
    case 'cancelled':
      return `${report.name} cancelled: ${cut(show(report.reason))}`
    default:
      return report satisfies never
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return JSON.stringify(value) ?? describeSafely(value)
  } catch {
    return describeSafely(value) // circular, or a bigint: what JSON has no word for
  }
}
