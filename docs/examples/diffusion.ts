/** Heat that spreads on a plate: an actor with a thread of its own, which is told things while it computes. */

import type { Context, Ref } from 'rxboss'
import { defineActor, SharedArray } from 'rxboss/worker'

type Plate = SharedArray<'float64'>

/** What it can be told. */
export type Message =
  /** The plate, in shared memory: whoever has it sees the heat on it. What is on it is where this life begins. */
  | { readonly type: 'use'; readonly plate: Plate }
  | { readonly type: 'heat'; readonly row: number; readonly column: number; readonly by: number }
  /** From 0 to 1: how much of the difference to its neighbours a point makes up for in one step. */
  | { readonly type: 'conduct'; readonly rate: number }
  | { readonly type: 'energy'; readonly replyTo: Ref<number> }
  | { readonly type: 'break' }
  | { readonly type: 'step' }

export default defineActor(import.meta, {
  name: 'diffusion',
  behaviour: ({ after }: Context<Message>) => {
    let plate: Plate | undefined
    let rate = 0.5
    let steps = 0

    return message => {
      switch (message.type) {
        case 'use':
          plate = SharedArray.from(message.plate)
          after(0, { type: 'step' })
          return
        case 'heat': {
          const { row, column, by } = message
          plate?.set(plate.get(row, column) + by, row, column)
          return
        }
        case 'conduct':
          rate = message.rate
          return
        case 'energy':
          return message.replyTo.next(
            plate === undefined ? 0 : plate.view.reduce((sum, heat) => sum + heat, 0),
          )
        case 'break':
          return process.exit(1)
        case 'step':
          // Other messages come between two steps: it is steered while it runs.
          if (plate !== undefined) spread(plate, rate)
          after(0, { type: 'step' })
          return ++steps
      }
    }
  },
})

/** One step. The plate has no edge: what leaves it on one side comes in on the other, so that no heat is lost. */
function spread({ view, shape: [rows = 0, columns = 0] }: Plate, rate: number): void {
  const before = view.slice()
  const at = (row: number, column: number) =>
    before[((row + rows) % rows) * columns + ((column + columns) % columns)] as number
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const around = at(row - 1, column) + at(row + 1, column) + at(row, column - 1) + at(row, column + 1)
      view[row * columns + column] = at(row, column) + (rate / 4) * (around - 4 * at(row, column))
    }
}
