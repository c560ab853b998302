/** What a lane tells the child it starts, and what the child says when it takes too much. */

import type { ConnectTerms } from '../lane/wire.ts'

export interface ChildTerms extends ConnectTerms {
  /** MB in all; `undefined`: no limit. */
  readonly memoryLimit: number | undefined
  /** There is a flight recorder. */
  readonly recorded: boolean
}

/** The last word on stderr of a child that takes more memory than it may. */
export const overLimit = 'rxboss: over the memory limit'
