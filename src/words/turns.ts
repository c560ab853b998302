/**
 * Hearing takes at most 2 ms of a turn of this thread's event loop, whatever comes and from however many places: the rest is
 * heard in the next turn, in order, so that timers and everybody else have theirs.
 */

import { type AsyncScope, asyncScope } from './async-scope.ts'
import { hearingMs, pauseMs } from './limits.ts'
import { macrotask } from './macrotask.ts'

/** What a place of workers, or of an actor, says. */
export interface Hearer<E> {
  /** Hears a message, until that moment where one is given; what is left of it then. */
  receive(message: unknown, until?: number): unknown
  /** Once, and last. */
  exited(end: E): void
}

/** A message, or an end, that could not be heard at once. */
interface Waiting {
  readonly events: Hearer<never>
  readonly message: unknown
  readonly end: object | undefined
  /** Where it came: one turn hears for many. */
  readonly scope: AsyncScope
}

let waiting: Waiting[] = []
let spentMs = 0
let lastEnd = Number.NEGATIVE_INFINITY

function hear(events: Hearer<never>, message: unknown, here: () => AsyncScope): void {
  let left = message
  if (waiting.length === 0) {
    const now = performance.now()
    if (now - lastEnd > pauseMs) spentMs = 0
    if (spentMs < hearingMs) {
      left = part(events, message, now)
      if (left === undefined) return
    }
    macrotask(hearMore)
  }
  waiting.push({ events, message: left, end: undefined, scope: here() })
}

/** What is left of the message when the time is over. */
function part(events: Hearer<never>, message: unknown, now: number): unknown {
  try {
    return events.receive(message, now + hearingMs - spentMs)
  } finally {
    lastEnd = performance.now()
    spentMs += lastEnd - now
  }
}

function hearMore(): void {
  spentMs = 0
  let heard = 0
  try {
    while (heard < waiting.length && spentMs < hearingMs) {
      const { events, message, end, scope } = waiting[heard++] as Waiting
      if (end !== undefined) {
        scope.runInAsyncScope(events.exited, events, end as never)
        continue
      }
      const left = scope.runInAsyncScope(part, undefined, events, message, performance.now())
      if (left !== undefined) waiting[--heard] = { events, message: left, end, scope }
    }
  } finally {
    waiting = waiting.slice(heard)
    if (waiting.length > 0) macrotask(hearMore)
  }
}

/** Whether there is more than could be heard: who brings messages may wait until there is not. */
export const isBehind = (): boolean => waiting.length > 0

/** The same events, in turns. */
export function inTurns<E extends object>(events: Hearer<E>): Hearer<E> {
  let scope: AsyncScope | undefined
  const here = () => {
    scope ??= asyncScope()
    return scope
  }
  return {
    receive: message => hear(events, message, here),
    exited: end => {
      if (waiting.length === 0) events.exited(end)
      else waiting.push({ events, message: undefined, end, scope: here() })
    },
  }
}
