/** Names that callers gave: each is that of one instruction, as long as it is not settled, or its report is kept. */

import type { InstructionId } from '../words/instruction.ts'

export class Names {
  readonly #taken = new Map<string, InstructionId>()

  /** False where it is another's. */
  take(name: string, id: InstructionId): boolean {
    if (this.#taken.has(name)) return false
    this.#taken.set(name, id)
    return true
  }

  /** Gives a name back, if it was this one's. */
  release(name: string, id: InstructionId): void {
    if (this.#taken.get(name) === id) this.#taken.delete(name)
  }
}
