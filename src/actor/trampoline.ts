/**
 * Turns: whoever has messages waiting handles one, then the next one in line does.
 *
 *     tell ──► in line? ──► turn, turn, turn ... until nobody is in line
 *
 * One loop for all mailboxes of this thread, so that a handler always ends before another begins: telling somebody from
 * inside a handler grows no stack, however many actors tell each other, and nobody sees another one half done. A loop for
 * each mailbox would recurse as deep as there are actors in a ring, and let a signal overtake the handler that sent it.
 */

import { Fifo } from '../words/fifo.ts'

/** Does one piece of work; true if there is more of it. */
export type Turn = () => boolean

const line = new Fifo<Turn>()
let going = false

/** Puts `turn` in line. Its first piece is done before this returns, unless we are inside somebody's turn. */
export function takeTurns(turn: Turn): void {
  line.push(turn)
  if (going) return
  going = true
  try {
    while (line.size > 0) {
      const next = line.take()
      let more = next()
      while (more && line.size === 0) more = next()
      if (more) line.push(next)
    }
  } finally {
    going = false
  }
}

/** Whether we are inside somebody's turn: then what we send is handled later, and not before this returns. */
export const inTurn = (): boolean => going
