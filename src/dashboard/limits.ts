/**
 * The limits of the dashboard.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/** Pages that look at one run at once: each costs the boss's thread some time. */
export const mostStreams = 8

/** So much of the past comes after the first snapshot; later ones, sent because too much happens, have a piece of it. */
export const spansAtFirst = 50_000

/** A proxy in between closes what is silent for long. */
export const aliveEveryMs = 15_000

/** Pages that nobody sees are told the figures of their title so often. */
export const briefEveryMs = 1000

/** Characters of the command line that is shown. */
export const longestAbout = 500

/** So many that wait are known by name; more are counted. */
export const mostWaitersKnown = 20_000

/** And so many are shown. */
export const mostWaitersShown = 50

/** Between two batches of news for a page: smooth enough for the eye. */
export const newsEveryMs = 250

/** More events than these in one batch are not sent: the state is. */
export const flood = 20_000

/** Events of one go: they take a few milliseconds. */
export const eventsAtOnce = 5000

/** A page that was away for a moment is told what it missed from these. */
export const remembered = 20_000

/** Found reports that are sent at once. */
export const pageSize = 200

/** Characters of a search. */
export const longestQuery = 1000

/** So many are looked at between two moments at which others may have the thread. */
export const stepLength = 500

/** Characters of a failure that are sent to a page. */
export const longestFailure = 4000

/** Marks on the time line of a run. */
export const mostMarks = 2000

/** Rows of one piece: a few milliseconds of work. */
export const rowsOfPiece = 1000

/** Bytes of a command to the boss: each is a few words. */
export const longestBody = 1024

/** Failed instructions that can be given again from the page. */
export const keptFailed = 1000

/** A long answer is made for so long at a time, since the thread that answers has a boss to run. */
export const responseSliceMs = 4

/** Characters of one write. */
export const pieceLength = 32_768

/** Characters of a value that are sent to a page. */
export const longestPreview = 512
