/**
 * The limits of the journal.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/** So much of a file is read at once. */
export const chunkBytes = 1 << 20

/** A lock gives a sign of life so often, for those who cannot see its process. */
export const lockTouchedEveryMs = 2000

/** As many as systems follow. */
export const mostLinks = 40

/** Old lines are read again in windows of this size: neighbours are wanted together. */
export const windowBytes = 1 << 18

/** Of an instruction that is made a key: deeper, and the stack would end first. Change: give it a `key` */
export const deepestKey = 1000

/** So many members of parts that occur again: more, and it is made to have no end. Change: give it a `key` */
export const mostRepeatedInKey = 1_000_000

/** Longer lines could be written, and not be read again in one text. Change: give a reference instead of the value */
export const longestRecord = 2 ** 28

/** Lines wait no longer than this to be written together. Change: `fileJournal(path, { fsync })` */
export const batchMs = 50

/** Nor are they more than these. */
export const batchLines = 256

/** Milliseconds without a sign of life after which a lock of this machine is free, where its process cannot be seen. */
export const lockSilentMs = 6000

/** The same for a lock of another machine, whose clock may differ. */
export const remoteLockSilentMs = 15_000
