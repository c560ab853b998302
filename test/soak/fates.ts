/** What instructions of the soak do, each knowing its fate; and which reports agree with it. */

import * as t from 'io-ts'
import { defineWorker } from '../../src/entries/worker.ts'
import type { Settled } from '../../src/index.ts'

/** In parts of 10,000, as in docs/reliability.md. */
export const shares = {
  atOnce: 6985,
  async: 2000,
  interim: 500,
  throws: 300,
  exit: 30,
  throwFromTimer: 20,
  outOfMemory: 5,
  ignores: 20,
  loops: 20,
  cancelledPending: 50,
  uncloneable: 55,
  obeys: 15,
} as const

export type Fate = keyof typeof shares

const never = () => new Promise<never>(() => {})

export default defineWorker(import.meta, {
  name: 'soak',
  attr: { fate: t.string, n: t.number, ms: { type: t.number, default: 0 } },
  work: ({ fate, n, ms }, task): unknown => {
    switch (fate as Fate) {
      case 'async':
        return new Promise(resolve => setTimeout(() => resolve(n), ms))
      case 'interim':
        for (let i = 0; i < 3; i++) task.report({ done: i, total: 3 })
        return n
      case 'throws':
        throw new RangeError(`as told: ${n}`)
      case 'exit':
        return process.exit(3)
      case 'throwFromTimer':
        setTimeout(() => {
          throw new RangeError('from a timer')
        }, 1)
        return never()
      case 'outOfMemory': {
        const kept: unknown[] = []
        for (;;) kept.push(new Array(10_000).fill(Math.random()))
      }
      case 'ignores':
        return never()
      case 'loops':
        for (;;);
      case 'uncloneable':
        return { n, f: () => n }
      case 'obeys':
        return new Promise((_, reject) => {
          task.signal.addEventListener('abort', () => reject(task.signal.reason))
        })
      default:
        return n
    }
  },
})

/** The thread may be killed from outside at any moment: then what it had begun is an accident, whatever its fate. */
const accident = (report: Settled) =>
  report.kind === 'failed' && ['crashed', 'poison', 'outOfMemory'].includes(report.failure.code)

/** @returns why a report does not agree with the fate of its instruction */
export function contradiction(fate: Fate, n: number, report: Settled): string | undefined {
  const said = report.kind === 'failed' ? `failed ${report.failure.code}` : report.kind
  const fine = () => {
    switch (fate) {
      case 'atOnce':
      case 'async':
      case 'interim':
        return (report.kind === 'done' && report.result === n) || accident(report)
      case 'throws':
        return said === 'failed threw' || accident(report)
      case 'uncloneable':
        return said === 'failed unserialisable' || accident(report)
      case 'exit':
      case 'throwFromTimer':
      case 'outOfMemory':
        return accident(report)
      case 'ignores':
        return said === 'failed timeout' || accident(report)
      case 'loops':
      case 'obeys':
        return report.kind === 'cancelled' || accident(report)
      case 'cancelledPending':
        return (
          report.kind === 'cancelled' || (report.kind === 'done' && report.result === n) || accident(report)
        )
      default:
        return fate satisfies never
    }
  }
  return fine() ? undefined : `instruction ${report.id} (${fate}) ended as ${said}`
}
