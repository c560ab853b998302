/**
 * `--memfree`: while less than half of it is free, the youngest of what runs waits again. The scheduler starts nothing
 * below the whole of it; this is for work that grew after it began.
 */

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

/** One at a time: what one of them frees shows only a while later. */
export const lookEveryMs = 1000

/** Looks once. The last one that runs is left alone: nothing else would free memory for it. */
export function relieve({ memfree, free, running, putBack }: MemoryWatchTerms): void {
  if (free() >= memfree / 2) return
  const all = running()
  if (all.length < 2) return
  const youngest = all.reduce((a, b) => (b.ms < a.ms ? b : a))
  putBack(youngest.id)
}
