/** A desk with these instructions, each known by its place: 0, 1, 2 ... */

import { type Desk, openDesk } from '../../src/scheduler/desk/desk.ts'
import type { AnyInstruction, Scheduler } from '../../src/scheduler/scheduler.ts'

export interface TestDesk extends Desk<number> {
  give(id: number, instruction: AnyInstruction): void
  impossibleToGive(instruction: AnyInstruction): string | undefined
}

export function deskOf(scheduler: Scheduler, given: readonly AnyInstruction[]): TestDesk {
  const instructions = new Map<number, AnyInstruction>()
  const desk = openDesk<number>(scheduler, id => {
    const instruction = instructions.get(id) ?? {}
    return { id, instruction, worker: '', expectedMs: instruction.expectedTime }
  })
  const give = (id: number, instruction: AnyInstruction) => {
    instructions.set(id, instruction)
    desk.arrive(id)
  }
  given.forEach((instruction, id) => {
    give(id, instruction)
  })
  return Object.assign(desk, {
    give,
    impossibleToGive: (instruction: AnyInstruction) => {
      instructions.set(-1, instruction)
      return desk.impossible(-1)
    },
  })
}
