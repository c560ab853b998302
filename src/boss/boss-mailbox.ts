/** The boss's mailbox: what comes in goes straight to the queue that the scheduler chooses from, so nothing waits twice. */

import { Mailbox, type Offered } from '../actor/mailbox.ts'
import { RxbossError } from '../failure.ts'
import type { InstructionId } from '../instruction.ts'

interface Terms<I> {
  readonly capacity: number
  readonly size: () => number
  /** @throws {RxbossError} when it is refused */
  readonly take: (instruction: I) => InstructionId
  readonly end: () => void
  readonly refuse: (why: string, instruction: unknown) => void
}
