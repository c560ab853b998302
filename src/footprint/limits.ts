/**
 * The limits of definitions: of footprints, of names, and of what a registry says.
 *
 * Each has its reason, and what may be changed says how; the others are fixed. docs/limits.md is made of these.
 */

/**
 * Shapes of instructions that a footprint knows a reader for: a program has a few, and data that varies without end
 * must not fill the memory.
 */
export const mostKeyShapes = 2000

/** A codec that contains itself is described so deep. */
export const deepestSchema = 12

/** Templates of names that are kept compiled: a program has a few. */
export const mostNameTemplates = 500

/** Reasons that a refusal lists; nobody reads more. */
export const mostReasons = 5
