/**
 * When an attempt ran, as exactly as its events can tell.
 *
 * A start is often heard of late: the boss is busy, or a worker speaks once for many. A report knows better: how long the
 * work took and how long it had waited are measured where it was done.
 */

/** Milliseconds since the boss began. */
export interface AttemptTimes {
  readonly began: number
  readonly ended: number
}

/** How an attempt began, as it was heard. */
interface Heard {
  readonly began: number
  readonly waitMs: number
}

/** How it ended, and what was measured. */
interface Told {
  readonly t: number
  readonly waitMs?: number
  readonly workMs?: number
}

/**
 * @param heard  `undefined` where its beginning was before anybody looked
 * @returns never ends after it was told of, and lasts as long as it took
 */
export function attemptTimes(heard: Heard | undefined, { t, waitMs, workMs }: Told): AttemptTimes {
  const began =
    heard === undefined ? t - (workMs ?? 0) : heard.began + ((waitMs ?? heard.waitMs) - heard.waitMs)
  if (workMs === undefined) return { began: Math.min(began, t), ended: t }
  const ended = Math.min(t, began + workMs)
  return { began: Math.max(0, ended - workMs), ended }
}
