/** Higher `priority` first, 0 where none is given. Ageing lets the low ones through: see `patience`. */

import type { Scheduler } from './scheduler.ts'

export const byPriority = (): Scheduler => ({
  name: 'byPriority',
  concurrency: Infinity,
  order: (a, b) => (b.instruction.priority ?? 0) - (a.instruction.priority ?? 0),
})
