/**
 * The limits of crews: of what goes to the places of work, and of what comes back.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/** A place that is not ready after so many milliseconds is a failed start. Change: `startMs` of the crew */
export const startMsDefault = 60_000

/** So much work is handed ahead to a lane: it covers the longest time that main is busy elsewhere. */
export const aheadMs = 5

/** Instructions handed ahead at least, one at work included: the next one begins without asking. */
export const leastAhead = 2

/** And at most, however short they are: what is handed ahead must be taken back when others run dry. */
export const mostAhead = 1024

/** The size of a lane's ring: more than may ever be handed ahead, and a power of two. */
export const ringPlaces = 4096

/** Bytes of the longest result that is kept in shared memory: a text of Latin-1. Longer ones are posted. */
export const longestSharedText = 24

/** After so many sections of news it is looked whether their time is over. */
export const sectionsPerLook = 4

/** At least so many results are heard at once. */
export const fewestHeard = 16

/** A batch holds at most so many jobs: the worker begins the first while main writes the next. */
export const batchLimit = 512

/** So much work, given in one turn, is sent before it ends where the place has nothing else to do. */
export const worthSendingMs = 0.5

/** With `spinUs`, main looks for an answer so long before the event loop has a turn: about what a call of nothing takes. */
export const hotAtOnceMs = 0.004

/** With `spinUs`, the event loop of a thread that looks for its next instruction has a turn so often: its timers wait no longer. */
export const hotSliceMs = 0.2

/** Values in one hot call or answer, the keys of records among them; more go by a message. */
export const mostSmallValues = 32

/** Characters of Latin-1 in one of its texts. */
export const longestSmallText = 64

/** And in all of them together. */
export const mostSmallText = 512

/** A place that was told to end now, and has not after so many milliseconds, is given up. */
export const killLimitMs = 4000

/** So many messages of a thread are read in one go, before anything else has its turn. */
export const messagesPerTurn = 32

/** In a browser, what was posted before an end is given so many milliseconds to arrive. */
export const browserLastWordsMs = 20

/** How often the memory of child processes is looked at, where it is limited. */
export const processLookMs = 200

/** Characters of what a child process printed last, kept to tell why it died. */
export const keptWords = 16_384

/** What it may still have said is waited for so long after its exit: a grandchild may hold the channel. */
export const lastWordsMs = 500

/** Deeper values are not looked into for shared memory: V8 refuses a bare SharedArrayBuffer at any depth. */
export const deepestShared = 6

/** In each window of so many milliseconds some notes and texts are sent at once, the others together. */
export const noteWindowMs = 5

/** So many are sent at once in a window: a progress bar is not late, a flood costs few messages. */
export const notesAtOnce = 32

/** Characters that are printed together are sent in parts of this length. */
export const longestNoteText = 65_536

/** Notes and texts under way that main has not heard: beyond these, work that can wait is held up. */
export const windowNotes = 256

/** And their bytes. */
export const windowNoteBytes = 2 ** 20

/** A receipt is asked for so often that the window never runs dry while main listens. */
export const receiptNotes = windowNotes / 8

/** The same, in bytes. */
export const receiptBytes = windowNoteBytes / 8

/** Members of a note that are looked at: a larger one is measured by its first part. */
export const mostMembers = 1000

/**
 * Notes and texts that wait beyond the window. More are not kept: the work that says so much fails (`flooded`).
 * Change: give notes as values of an async generator, which is asked to wait
 */
export const mostNotes = 100_000

/** And their bytes. Change: as above */
export const mostNoteBytes = 128 * 2 ** 20

/** Results wait no longer than this while jobs follow. */
export const flushMs = 2

/** Main needs about so long to answer: flushing more often buys nothing. */
export const roundTripMs = 0.1

/** How often a place tells how large its heap is, where `recycleAboveMB` asks. */
export const heapEveryMs = 250

/** Jobs of this length cost more than a message does: each is reported by itself. */
export const shortMs = 0.2

/**
 * What is followed step by step lets the event loop have a turn after so long, so that it can be stopped between two
 * steps.
 */
export const followSliceMs = 10

/** Fields of one object, and items of one array, that are copied at once; larger results are cloned when they are sent. */
export const snapshotFields = 256

/** Objects in one result that are, itself included. */
export const snapshotObjects = 64

/** After so long without a turn of the event loop a place of work gets one. */
export const performerTurnMs = 10

/** A consumer that was told to kill its thread, and does not answer within so many milliseconds, is not waited for. */
export const remoteKillLimitMs = 3000

/** What a consumer should do is said again, until it has done it. */
export const sayAgainMs = 1000

/** How often the state of each job is looked up in Redis: events may be missed. */
export const truthEveryMs = 5000

/** What is told as progress goes into the queue's stream of events, which BullMQ trims to so many. */
export const keptEvents = 100_000

/** Notes and texts that travel in one message through Redis. */
export const mostSayingsTogether = 2000

/** Aborts that came before their job are remembered so long. */
export const earlyAbortMs = 60_000

/** Jobs in Redis that nobody asked about any more stay this long. */
export const keptJobSeconds = 7 * 24 * 3600

/**
 * BullMQ's priorities: 1 is the most urgent, and a job without one goes before all that have one. Ours are counted
 * from here.
 */
export const middlePriority = 2 ** 20

/**
 * How large one job in Redis may be: Redis holds 512 MB, and is slow for everybody long before that. Change: `bullmq({
 * payloadMB })`
 */
export const defaultPayloadMB = 8

/** Milliseconds that a lane without work stays open: workers that come and go cost more than they take. Change: `idleMs` of the crew */
export const defaultIdleMs = 10_000

/** The same for lanes of a queue, which cost nothing here. */
export const queueIdleMs = 5000

/** Milliseconds that a consumer keeps its job without a sign of life: after them, and up to two looks, another one does it. Change: `consume({ lockMs })`, `rxboss work --lock` */
export const defaultLockMs = 10_000

/** Jobs of a queue that are asked for in Redis at once. */
export const lookedUpAtOnce = 100

/** A memory limit of a child process below this starts nothing, in MB. Change: `memoryLimit` from there on */
export const leastProcessMB = 64

/** A program that is told to end hears SIGTERM first, and has so long before SIGKILL. */
export const termMs = 300

/** A program that has closed its stdout can answer no more: it has so long to exit by itself. */
export const closedStdoutMs = 500

/** Characters of what a program wrote to stderr last: its last line is told where it dies. */
export const keptStderr = 4096

/** Bytes of a program's longest line: half of what a text of V8 may hold. Change: send large values as files */
export const longestProgramLine = 2 ** 28

/** Bytes and arrays that are larger go to and from a program through a file, where it takes files. */
export const inlineValueBytes = 32 * 1024

/** Levels of a value for a program: deeper, and most libraries that read JSON give up. */
export const deepestProgramValue = 500

/** Of whom a line speaks that cannot be read stands within so many characters. */
export const nearCharacters = 400

/** Instructions that a program may be handed ahead, at most. Change: `programs({ ahead })`, `--ahead` up to there */
export const mostAheadOfProgram = 1000
