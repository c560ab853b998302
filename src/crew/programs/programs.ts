/**
 * `programs()`: workers in any language. Each lane has a program of its own, which stays, and speaks lines of JSON.
 *
 *     lane ── lines ──► stdin of python3 worker.py ──► the work
 *          ◄── lines ── stdout                          stderr ──► its log
 *
 * docs/program-protocol.md says what the lines are; a helper for a language is a page of code (see `helpers/`).
 */

import { inTurns } from '../../words/turns.ts'
import type { AnyWorker } from '../../worker/worker.ts'
import type { Crew, Lane, LaneTerms } from '../crew.ts'
import { type CrewLimits, crewLimits, mustBe } from '../crew-limits.ts'
import { openLinkedLane } from '../lane/linked-lane.ts'
import { type Pace, sharedPaces } from '../lane/pace.ts'
import { longestProgramLine, mostAheadOfProgram, startMsDefault } from '../limits.ts'
import { PlaceLimits } from '../place-limits.ts'
import { splitLane } from '../split-lane.ts'
import { commandOf, isProgram, type ProgramCommand, wordsOf } from './define-program.ts'
import { connectProgram } from './program-link.ts'

/** How programs are started, how many there are, and what they may take. */
export interface ProgramsOptions extends CrewLimits {
  /** How a program is started, where its definition does not say it: `['python3', 'worker.py']`. */
  readonly command?: ProgramCommand
  /** MB that a program may have in memory, looked at five times a second: beyond it, it is ended, and its instruction fails with `outOfMemory`. Linux. */
  readonly memoryLimit?: number
  /** -20 (first) to 19 (last), as the command `nice` has it. Below 0 needs privileges. */
  readonly nice?: number
  /** Environment of the programs, instead of this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Working directory of the programs. */
  readonly cwd?: string
  /**
   * How many instructions a program is handed before it needs them. Default 0: one at a time. With more, short instructions come
   * in batches, and what was handed ahead cannot be taken back: who stops a boss waits for it, and who cancels it hears so at
   * once, though its work may begin all the same.
   */
  readonly ahead?: number
}

/**
 * Workers in programs of any language, which stay and are given one instruction after the other.
 *
 * A program is told by lines of JSON on its stdin what to do, and answers on its stdout. A crash settles exactly its instruction;
 * cancelled work is asked, then gets SIGTERM, then SIGKILL. No program outlives this process.
 *
 * @throws {TypeError} at once, when an option cannot be meant
 *
 * @example
 * new Boss({ workers: smooth, crew: programs({ command: ['python3', 'smooth.py'] }) })
 */
export function programs(options: ProgramsOptions = {}): Crew {
  const { memoryLimit, nice, ahead = 0 } = options
  const limits = crewLimits('programs', options)
  const command = options.command && wordsOf(options.command, 'make a crew of programs')
  if (memoryLimit !== undefined)
    mustBe('programs', {
      name: 'memoryLimit',
      value: memoryLimit,
      holds: memoryLimit > 0,
      rule: 'MB, above 0',
    })
  if (nice !== undefined)
    mustBe('programs', {
      name: 'nice',
      value: nice,
      holds: Number.isInteger(nice) && nice >= -20 && nice <= 19,
      rule: 'a whole number from -20 to 19',
    })
  mustBe('programs', {
    name: 'ahead',
    value: ahead,
    holds: Number.isInteger(ahead) && ahead >= 0 && ahead <= mostAheadOfProgram,
    rule: `a whole number from 0 to ${mostAheadOfProgram}`,
  })
  const paceOf = sharedPaces()
  const places = new PlaceLimits(() => limits.size)
  return {
    name: 'programs',
    ...limits,
    check: definitions => {
      for (const one of definitions) mustBeProgram(one, command)
    },
    open: terms => {
      const commands = terms.definitions.map(one => JSON.stringify(commandOf(one) ?? command))
      return splitLane(terms, commands, {
        open: (own, told) => openProgram(own, JSON.parse(told) as string[], { ...options, paceOf }),
        limits: places,
        kindOf: () => 'program',
      })
    },
  }
}

function mustBeProgram(definition: AnyWorker, command: readonly string[] | undefined): void {
  const { name } = definition
  if (!isProgram(definition))
    throw new TypeError(
      `Cannot run worker "${name}" in a program: it is JavaScript. Define it by defineProgram, or give mixed(threads(), programs())`,
    )
  if (commandOf(definition) === undefined && command === undefined)
    throw new TypeError(
      `Cannot run program "${name}": nothing says how it is started. Give 'command' to its definition, or to programs()`,
    )
}

interface LaneOptions extends ProgramsOptions {
  readonly paceOf: (worker: AnyWorker) => Pace
}

function openProgram(terms: LaneTerms, command: readonly string[], options: LaneOptions): Lane {
  const { memoryLimit, recycleAboveMB, env, cwd, nice, ahead = 0, paceOf, startMs = startMsDefault } = options
  let where: { readonly pid?: number; readonly language?: string } = {}
  return openLinkedLane({
    terms,
    cells: undefined,
    tellsBegun: true,
    depth: terms.ahead ? 1 + ahead : 1,
    paces: terms.definitions.map(paceOf),
    startMs,
    slowStart: 'does it say hello, and that it is ready?',
    // Everything is written down as JSON: what has no words there is found then.
    clone: value => value,
    where: () => where,
    connect: events =>
      connectProgram(
        {
          lane: terms,
          child: { command, env, cwd, nice, memoryLimit, tellMemory: recycleAboveMB !== undefined },
          longestLine: longestProgramLine,
          met: ({ language, languageVersion }, pid) => {
            const told = [language, languageVersion].filter(part => part !== undefined).join(' ')
            where = { pid, ...(told !== '' && { language: told }) }
          },
        },
        inTurns(events),
      ),
  })
}
