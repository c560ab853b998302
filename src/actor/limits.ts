/**
 * The limits of actors that live elsewhere.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/** So many outputs of an actor elsewhere may be on their way; beyond that, no message is handled. */
export const outputsOnTheirWay = 4096

/** One message may put out so many more than the main side takes. Its life then fails. */
export const outputsAtMost = 100_000

/** So many messages are on their way where a death tells which of them it was at: enough that a place never runs dry. */
export const inFlightAtMost = 16_384

/** An actor elsewhere keeps the process alive for so long after its last message. */
export const actorRestMs = 10

/** Between asking the place of an actor to stop and ending it. */
export const actorGraceMs = 5000

/** Frames that cross to an actor elsewhere at once: enough that the post costs little for each. */
export const framesOfBatch = 512
