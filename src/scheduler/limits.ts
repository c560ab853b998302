/**
 * The limits of schedulers and sources.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/** How often an instruction may be overtaken before it is next, unless a rule says otherwise. Change: `patience` of a rule */
export const defaultPatience = 100

/** A look of `adaptive` spans so many ends at least: fewer say nothing. */
export const adaptiveLeastEnds = 12

/** And so long. */
export const adaptiveLeastMs = 100

/** One reading of the machine's load serves this long. */
export const loadFreshMs = 100

/** After a reading that was too busy, `maxLoad` looks again this much later. */
export const loadAgainMs = 500

/** So many are set aside or woken in one look, and no more: what is behind them waits for the next settlement. */
export const lookAhead = 64

/** So many that run are looked through as fast as an index finds them. */
export const fewRunning = 16

/** Values of a source that are under way, where they arrive later than they were taken. */
export const mostUnderWay = 2048

/** Values taken in the first slice of a source, before its pace is known. */
export const firstSlice = 64

/** A source is taken from for so long at a time; then others have the thread. */
export const transitSliceMs = 2

/** The longest that a source is first waited for before it counts as one that pauses. */
export const firstPauseMs = 50

/** The clock is read once for so many values. */
export const clockEvery = 64

/** Reports that `inOrder` holds back behind a slow one: a source that can wait is asked for no more. Change: `inOrder({ window })` */
export const defaultOrderWindow = 1024

/** Values that `eachValueFrom` has asked for and nobody has taken. Change: `eachValueFrom(source, { window })` */
export const defaultReadWindow = 256

/** A lane remembers so many keys, the last ones: no cache is endless. */
export const mostKeysRemembered = 128

/** Keys that no lane had are looked through so far, for one that fits. */
export const mostFreshKeys = 16
