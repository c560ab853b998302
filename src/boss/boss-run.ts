/**
 * One run of a boss: who works together in it, each with one subject. Whoever needs another asks for it here; nobody keeps
 * a list of his own of what he was handed.
 *
 *     acceptance ──► ledger, desk ──starting, dispatch──► lanes ──lane-events──► outcomes ──► reporter
 *                                                           └── reclaim ◄── time-limits, ending
 *
 * The interpreter makes it, and carries out the effects of `step` through it.
 */

import type { Interpreter } from './interpreter.ts'

/** The interpreter, as those see it whom it has made: they ask it, and change nothing in it. */
export type BossRun = Readonly<Interpreter>
