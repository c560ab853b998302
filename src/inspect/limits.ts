/**
 * The limits of the views: of what is kept of a run, and of what is shown.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/** Between two redraws of the terminal: ten a second at most. */
export const redrawMs = 100

/** And one a second in any case. */
export const tickMs = 1000

/** How often it is looked at whether anything runs. */
export const standstillLookMs = 500

/** So many settled instructions are kept one by one; older ones are in the sums per second. */
export const keptSpans = 200_000

/** Below so many columns there is room for one line. */
export const leastColumns = 60

/** And below so few rows. */
export const leastRows = 5

/** Columns of the bar of the whole run. */
export const longestBar = 40

/** Groups of failures shown while the run goes on. */
export const groupsWhileRunning = 3

/** An event loop that is later than this is worth a word. */
export const lateMs = 100

/** Work that takes so many times the median, and a second, is conspicuous. */
export const conspicuous = 10

/** Lines of workers that are shown at once; more are not read. */
export const mostWorkerLines = 10

/** Columns of the bar of an instruction that says how far it is. */
export const barColumns = 10

/** A name that has less room than this says nothing. */
export const leastName = 12

/** Groups of failures in the summary. */
export const groupsInSummary = 10

/** Two hours by the second, a day by ten, two weeks by the minute, and a year by ten. */
export const keptSeconds = 7200

/** So many failures are told at once in plain mode; all are counted. */
export const failuresAtOnce = 20

/** Such attempts as are begun and unheard of are forgotten beyond these: a lane hands ahead less. */
export const mostOverdue = 10_000

/** So many samples of each worker are kept: two minutes. */
export const mostSamples = 120

/** Characters kept of a line that a worker printed. */
export const longestPrinted = 500

/** Printed lines kept of each worker. */
export const mostPrinted = 200

/** Groups of failures that are told apart; more are counted together. */
export const mostGroups = 100

/** Examples kept of each group. */
export const mostExamples = 5

/** Microseconds between two samples: a window of five seconds has five thousand. */
export const samplingMicros = 1000

/** A thread that does not answer within these milliseconds has ended. */
export const profilePatienceMs = 2000

/** A run in which nothing has begun for so long, though something waits, is told to stand still. */
export const standstillMs = 2000

/** The slowest attempts kept of each definition. */
export const mostSlow = 10

/** Definitions beyond these are counted together. */
export const mostKinds = 100

/** Counters are told so often at most, in milliseconds of the run. */
export const countEveryMs = 20

/** Milliseconds between two lines of plain progress. Change: `watch(boss, { interval })`, `--interval` */
export const defaultIntervalMs = 10_000
