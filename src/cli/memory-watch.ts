/**
 * `--memfree`: while less than half of it is free, the youngest of what runs waits again. The scheduler starts nothing
 * below the whole of it; this is for work that grew after it began.
 */

import { freemem } from 'node:os'

import type { AnyWorker, Boss } from '../index.ts'
import { memoryLookMs } from './limits.ts'

/** Why an instruction is taken back that is to be given again. */
export const putBack = 'put back: memory is short'

export interface MemoryWatchTerms {
  /** Bytes; half of them are the alarm. */
  readonly memfree: number
  /** Bytes that are free now, within the container's limit. */
  readonly free: () => number
  /** What runs now, and for how long. */
  readonly running: () => readonly { readonly id: number; readonly ms: number }[]
  /** Takes it back, to be done later. */
  readonly putBack: (id: number) => void
}

/** Looks once. The last one that runs is left alone: nothing else would free memory for it. */
export function relieve({ memfree, free, running, putBack }: MemoryWatchTerms): void {
  if (free() >= memfree / 2) return
  const all = running()
  if (all.length < 2) return
  const youngest = all.reduce((a, b) => (b.ms < a.ms ? b : a))
  putBack(youngest.id)
}

/** Looks every second. @param memfree  bytes; without them there is nothing to watch */
export function watchMemory(
  boss: Boss<AnyWorker>,
  memfree: number | undefined,
  say: (text: string) => void,
): { end(): void } | undefined {
  if (memfree === undefined) return undefined
  const look = async () => {
    const report = await boss.getReport()
    const running = report.status === 'interim' ? report.runningNow : []
    relieve({
      memfree,
      free: () => process.availableMemory?.() ?? freemem(),
      running: () => running,
      putBack: id => {
        if (boss.cancel(id, putBack)) say('memory is short: the youngest waits again')
      },
    })
  }
  const timer = setInterval(() => void look(), memoryLookMs).unref()
  return { end: () => clearInterval(timer) }
}
