/**
 * Hearing takes at most 2 ms of a turn of this thread's event loop, whatever comes and from however many lanes: the rest is
 * heard in the next turn, in order, so that timers and everybody else have theirs.
 */

import { macrotask } from '../../words/macrotask.ts'
import type { LinkEvents } from './link.ts'

const mostMs = 2
/** Between two messages of one turn lies less than this; after a longer pause there was another turn. */
const pauseMs = 0.3

/** Hears until that moment; what is left to hear, if anything is. */
type Hear = (until: number) => Hear | undefined

let waiting: Hear[] = []
let spentMs = 0
let lastEnd = Number.NEGATIVE_INFINITY

function hear(one: Hear): void {
  if (waiting.length > 0) {
    waiting.push(one)
    return
  }
  const now = performance.now()
  if (now - lastEnd > pauseMs) spentMs = 0
  const rest = spentMs < mostMs ? part(one, now) : one
  if (rest === undefined) return
  waiting.push(rest)
  macrotask(hearMore)
}

function part(one: Hear, now: number): Hear | undefined {
  try {
    return one(now + mostMs - spentMs)
  } finally {
    lastEnd = performance.now()
    spentMs += lastEnd - now
  }
}

function hearMore(): void {
  spentMs = 0
  let heard = 0
  try {
    while (heard < waiting.length && spentMs < mostMs) {
      const at = heard++
      const rest = part(waiting[at] as Hear, performance.now())
      if (rest !== undefined) waiting[--heard] = rest
    }
  } finally {
    waiting = waiting.slice(heard)
    if (waiting.length > 0) macrotask(hearMore)
  }
}

/** The same events, in turns. */
export function inTurns(events: LinkEvents): LinkEvents {
  const hearing =
    (message: unknown): Hear =>
    until => {
      const rest = events.receive(message, until)
      return rest === undefined ? undefined : hearing(rest)
    }
  return {
    receive: message => {
      hear(hearing(message))
      return undefined
    },
    exited: end =>
      hear(() => {
        events.exited(end)
        return undefined
      }),
  }
}
