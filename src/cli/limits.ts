/**
 * The limits of the command `rxboss`.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/** With `-j auto`, how often it is asked whether another worker would help. */
export const growLookMs = 250

/** Above so much of the processors, another worker would take its time from the others. */
export const busyEnough = 0.85

/** One key press comes twice under npx or npm: from the terminal, and passed on by them. */
export const echoMs = 100

/** How many records are looked at when their order matters. */
export const recordsAhead = 10_000

/** `--halt` by per cent says nothing before so many are settled. */
export const leastForPercent = 3

/** So many failures, warnings and deaths are told at once; all are counted in the end. */
export const toldAtOnce = 20

/** Values of a record that are shown beside its name. */
export const mostPreviewValues = 4

/** Characters of each. */
export const longestPreviewValue = 60

/** How much of a bad record is shown. */
export const shownCharacters = 1000

/** So many at once: enough that asking costs nothing, and few in memory. */
export const rowsAtOnce = 1024

/** Numbers of a range as in `1..9`: more are a mistake. */
export const mostNumbers = 10_000_000

/** The input is read so far ahead of the workers. */
export const inputAheadMs = 25

/** More records ahead would not be faster: what is in flight lives through collections of garbage. */
export const mostRecordsAhead = 2048

/** The pace is measured over at least so long. */
export const paceSpanMs = 4

/** `--timeout` by a multiple of the median waits for so many durations. */
export const neededForMedian = 10

/** The last ones tell what work is like now. */
export const keptForMedian = 1000

/** So many files are written beside each other before the input waits. */
export const filesAtOnce = 64

/** Above so many characters, the lines of one instruction are shown before it has ended. */
export const mostLogKept = 1 << 20

/** Above so many characters waiting to be written, no more input is taken. */
export const pressure = 1 << 20

/** So many are written without waiting for the end of the turn. */
export const handful = 1 << 16

/** `-j 0`, as many as possible, is still bounded: each thread costs memory. Change: `-j N` */
export const mostJobs = 256

/** Refused records that a dry run shows. */
export const shownRefusals = 5

/** How often the machine's free memory is looked at. */
export const memoryLookMs = 1000

/** With `--keep-order`, so many records may be finished or at work behind the first unfinished one. */
export const orderWindow = 4096

/** Failed records that can be tried again from the page. */
export const mostRetryable = 1000

/** Bytes of a line of input: a line is a text, and Node has none that is longer. */
export const longestRecordText = 512 * 2 ** 20 - 24

/** Characters that are written together: two of these are no longer than a text may be. */
export const longestWrite = 2 ** 27

/** Above so many characters held, what comes waits in a file: whoever writes does not always hear that it had better wait. */
export const mostHeld = 1 << 23

/** Without a settled instruction for so long, a run seems stuck, and `--explain` says why. */
export const stuckAfterMs = 10_000

/** How often the file that says how many may work at once is looked at. */
export const jobsFileLookMs = 1000
