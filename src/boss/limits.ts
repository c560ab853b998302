/**
 * The limits of the boss.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/** Reports that the final report holds: a number that nobody's memory minds. Later ones are counted only. Change: `keepReports` */
export const defaultKeptReports = 100_000

/** Characters of a result in a verbose line: a screen or so. Change: `maxLenReport` */
export const defaultReportLength = 1024

/** Milliseconds between asking work to stop and terminating its thread: time to close files, short of a user's patience. Change: `graceMs` */
export const defaultGraceMs = 2000

/** Deaths that nobody is blamed for within the window below, before they are a storm; or twice the lanes, if that is more. Change: `supervise.max` */
export const leastStormDeaths = 3

/** The window of a storm in milliseconds: a crew that dies at once does so well within it. Change: `supervise.within` */
export const stormWithinMs = 5000

/** Milliseconds before an attempt is repeated the first time; they double. Change: `backoff` */
export const backoffFirstMs = 100

/** And at most: whoever waits longer has forgotten it. Change: `backoff` */
export const backoffMostMs = 30_000

/** Milliseconds before lanes are opened again after the second death in the window; they double. Change: `supervise.backoff` */
export const reopenFirstMs = 50

/** And at most. Change: `supervise.backoff` */
export const reopenMostMs = 5000

/** Values of a source that may come in one turn and take no room: refused ones. */
export const mostInVain = 1024

/** Results that have not come after so long, with other work behind them, come when that ends. */
export const longestWayMs = 100

/** So many arrivals in one turn are worth a message to lanes that would wait for the end of it. */
export const feedEvery = 128

/** Below this much work in a lane, taking half of it costs more than it saves. */
export const worthSharingMs = 0.3

/** The ledger's columns begin with so many lines, and go back to that when much less was needed lately. */
export const fewLines = 1024

/** How often the event loops and heaps are sampled, while somebody observes. */
export const sampleEveryMs = 1000

/** Milliseconds between two readings of the event loop's delay, which includes them. */
export const loopResolutionMs = 20

/** Of those that an instruction waits behind, so many are named; the others are counted. */
export const mostNamed = 5
