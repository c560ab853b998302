/** A failure as pages are told of it: what it carries besides its words may be anything, and of any size. */

import type { InspectEvent } from '../inspect/events.ts'
import type { FailureGroups } from '../inspect/failure-groups.ts'
import type { Failure } from '../words/failure.ts'
import { longestFailure } from './limits.ts'

const cut = (text: string): string =>
  text.length > longestFailure ? `${text.slice(0, longestFailure - 1)}…` : text

export function shownFailure({ code, what, why, remedy, error }: Failure): Failure {
  const plain = { code, what: cut(what), why: cut(why), remedy: cut(remedy) }
  if (error === undefined) return plain
  const { name, message, stack } = error
  const shown = { name: cut(String(name)), message: cut(String(message)) }
  return { ...plain, error: stack === undefined ? shown : { ...shown, stack: cut(String(stack)) } }
}

export const shownEvent = (event: InspectEvent): InspectEvent =>
  (event.type === 'report' || event.type === 'instruction.retry') && event.failure !== undefined
    ? { ...event, failure: shownFailure(event.failure) }
    : event

export const shownGroups = ({ groups, others }: FailureGroups): FailureGroups => ({
  groups: groups.map(group => ({ ...group, failure: shownFailure(group.failure) })),
  others,
})
