/** A desk with these instructions, each known by its place: 0, 1, 2 ... */

import { changeDesk, type Desk, openDesk, type Refusal } from '../../src/scheduler/desk/desk.ts'
import type { AnyInstruction, Scheduler } from '../../src/scheduler/scheduler.ts'

export interface TestDesk extends Desk<number> {
  give(id: number, instruction: AnyInstruction): void
  impossibleToGive(instruction: AnyInstruction): string | undefined
  /** From now on by these rules. */
  reschedule(scheduler: Scheduler, running: Iterable<number>): readonly Refusal<number>[]
}

export function deskOf(scheduler: Scheduler, given: readonly AnyInstruction[]): TestDesk {
  const instructions = new Map<number, AnyInstruction>()
  const view = (id: number) => {
    const instruction = instructions.get(id) ?? {}
    return { id, instruction, worker: '', expectedMs: instruction.expectedTime }
  }
  let desk = openDesk<number>(scheduler, view)
  const give = (id: number, instruction: AnyInstruction) => {
    instructions.set(id, instruction)
    desk.arrive(id)
  }
  given.forEach((instruction, id) => {
    give(id, instruction)
  })
  const more = {
    give,
    impossibleToGive: (instruction: AnyInstruction) => {
      instructions.set(-1, instruction)
      return desk.impossible(-1)
    },
    reschedule: (changed: Scheduler, running: Iterable<number>) => {
      const change = changeDesk(desk, openDesk<number>(changed, view), running)
      desk = change.desk
      return change.refusals
    },
  }
  // Whichever desk it is at the moment.
  return new Proxy(more, {
    get: (_, name) => {
      if (name in more) return more[name as keyof typeof more]
      const member = desk[name as keyof Desk<number>]
      return typeof member === 'function' ? member.bind(desk) : member
    },
  }) as typeof more & Desk<number>
}
