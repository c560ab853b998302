/** The contract without a file: that it asks for nothing that only files have. */

import { createHash } from 'node:crypto'
import { canonical } from '../../src/journal/canonical.ts'
import type { Journal, Memory } from '../../src/journal/journal.ts'
import { RxbossError } from '../../src/words/failure.ts'
import type { Settled } from '../../src/words/report.ts'
import { meetsJournalContract, type Resume } from './contract.ts'

interface Trace {
  attempt: number
  report: Settled | undefined
}

function memoryJournal(traces: Map<string, Trace>, resume: Resume): Journal {
  const entered = new Map<string, number>()
  const recall = (key: string): Memory => {
    const trace = traces.get(key)
    const again = resume === 'resumeFailed' || resume === 'retryFailed'
    if (trace?.report?.kind === 'done') return { kind: 'settled', record: trace.report }
    if (trace?.report?.kind === 'failed')
      return again ? { kind: 'failed', attempt: trace.attempt } : { kind: 'settled', record: trace.report }
    if (resume === 'retryFailed') return { kind: 'leftOut', reason: 'new' }
    if (trace === undefined) return { kind: 'unknown' }
    if (resume !== 'resumeAndFail') return { kind: 'begun', attempt: trace.attempt }
    const failure = { code: 'crashed', what: '', why: '', remedy: '' } as const
    return {
      kind: 'settled',
      record: { kind: 'failed', attempt: trace.attempt, failure, waitMs: 0, workMs: 0 },
    }
  }
  return {
    open: () => {},
    keyOf: (worker, attributes, base) => {
      if (base?.key !== undefined) return base.key
      try {
        return createHash('sha1')
          .update(worker + canonical(attributes))
          .digest('hex')
      } catch (error) {
        const why = (error as Error).message
        throw new RxbossError({ code: 'refused', what: worker, why, remedy: 'Give it a `key`' })
      }
    },
    enter: first => {
      const nth = (entered.get(first) ?? 0) + 1
      entered.set(first, nth)
      const key = `${first}${nth === 1 ? '' : `#${nth}`}`
      return { key, memory: recall(key) }
    },
    start: ({ key, attempt }) => void traces.set(key, { attempt, report: undefined }),
    end: ({ key, attempt }, report) => {
      const unfinished =
        report.kind === 'cancelled' || (report.kind === 'failed' && report.failure.code === 'storm')
      if (report.kind === 'cancelled') entered.set(key, (entered.get(key) ?? 1) - 1)
      if (unfinished) traces.delete(key)
      else traces.set(key, { attempt, report })
    },
    close: () => {},
  }
}

meetsJournalContract('memory', () => {
  const traces = new Map<string, Trace>()
  return resume => memoryJournal(traces, resume)
})
