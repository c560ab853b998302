/**
 * The limits of plain data and of what it becomes: text, JSON, errors.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/**
 * A thread has a deeper stack than the program it belongs to: it can send what cannot be received there, and the
 * receiver then throws where nobody can catch it. This is a third of what the stack of a program takes, with V8's
 * clone.
 */
export const deepestSent = 1000

/** Objects that are looked at without remembering them: shared parts and circles are rare, remembering is not cheap. */
export const unremembered = 1000

/** A value that is nested deeper is looked at more closely. */
export const deepestPlain = 100

/** From here on a list is looked at by the names of its elements. */
export const manyElements = 1_000_000

/** Causes of causes that an error keeps as data. */
export const deepestError = 6

/** Own fields of an error, and errors of an AggregateError, that are kept. */
export const widestError = 100

/** Beyond this, timers fire at once: a signed 32-bit number of milliseconds, 24.8 days. */
export const longestMs = 2 ** 31 - 1

/** Below this many taken places, giving memory back is not worth the copy. */
export const worthACopy = 1024

/** Values in messages are shown so deep. */
export const deepestShown = 4

/** No text is longer by more than what closes it. Half of what a string of V8 may hold. */
export const longestJson = 2 ** 28

/** Parts that occur several times are repeated, as JSON does it, until they have so many members in all. */
export const mostRepeated = 10_000

/** Lists that are longer and mostly holes are written as objects. */
export const mostHoles = 1000

/** Pieces are flattened when they are so long: a text of millions of parts takes more memory than its characters. */
export const jsonPieceLength = 2 ** 16

/** Deeper than this, and `JSON.stringify` may run out of stack. */
export const deepestJson = 1000

/** So many members are looked at before the question is whether some of them are the same ones again. */
export const fewMembers = 10_000

/** A value with more members than these is no line of JSON. */
export const mostJsonMembers = 5_000_000

/** More, and the text might not fit into one. */
export const mostJsonCharacters = 2 ** 25

/** News of workers, and of actors elsewhere, is heard for so long at a time; then the event loop has its turn. */
export const hearingMs = 2

/** Between two messages of one turn lies less than this; after a longer pause there was another turn. */
export const pauseMs = 0.3
