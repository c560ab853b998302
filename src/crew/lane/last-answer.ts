/** What a lane hears that has let go of all its jobs, and waits only for the one that was asked to stop. */

import { toMain } from './wire.ts'

type Answer = readonly [kind: number, first: unknown, ...rest: unknown[]]

export const sectionsOf = (message: unknown): readonly unknown[] =>
  Array.isArray(message) && message[0] === toMain.bundle ? message.slice(1) : [message]

/** What a place says of jobs that nobody waits for any more. */
export const isAnswer = (section: unknown): section is Answer =>
  Array.isArray(section) && [toMain.results, toMain.failed, toMain.note].includes(section[0])

/** Whether job `n` has ended with this. */
export const isLastWordOf = (n: number, [kind, first]: Answer): boolean =>
  kind !== toMain.note && typeof first === 'number' && first <= n
