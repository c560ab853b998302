/** What the laws do not say of any workload, said of one. Each gives what went wrong; `undefined`: nothing. */

import fc from 'fast-check'
import type { openDesk } from '../../src/scheduler/desk/desk.ts'
import { byPriority } from '../../src/scheduler/rules/by-priority.ts'
import { scheduler } from '../../src/scheduler/rules/combine.ts'
import { fairShare } from '../../src/scheduler/rules/fair-share.ts'
import { maxMemory } from '../../src/scheduler/rules/max-memory.ts'
import type { AnyInstruction, Pending } from '../../src/scheduler/scheduler.ts'
import type { Tickets } from '../../src/scheduler/tickets.ts'

const view = (id: number, instruction: AnyInstruction): Pending => ({
  id,
  instruction,
  worker: '',
  expectedMs: undefined,
})

/** First in order, but it needs all the memory, and small ones before it by arrival never let that become free. */
export function overtakenOnlySoOften(open: typeof openDesk): string | undefined {
  const rules = scheduler(byPriority(), maxMemory({ max: 100 }))
  const big = 300
  const desk = open<number>(rules, id =>
    view(id, { memory: id === 0 ? 50 : id === big ? 100 : 10, priority: id === big ? 1 : 0 }),
  )
  for (let id = 0; id <= big; id++) {
    desk.arrive(id)
    if (id === 0) desk.next(0)
  }
  let overtakings = 0
  for (let id = desk.next(0); id !== undefined; id = desk.next(0)) {
    overtakings++
    desk.leave(id)
  }
  return overtakings === 100 ? undefined : `overtaken ${overtakings} times`
}

/** Ten of one tenant before two of another. */
export function takingTurns(open: typeof openDesk): string | undefined {
  const desk = open<number>(
    fairShare(({ tenant }) => tenant),
    id => view(id, { tenant: id < 10 ? 'a' : 'b' }),
  )
  for (let id = 0; id < 12; id++) desk.arrive(id)
  const started = Array.from({ length: 5 }, () => desk.next(0)).join(' ')
  return started === '0 10 1 11 2' ? undefined : started
}

/** Whatever is taken and freed, the lowest free number is taken next. */
export function lowestFree(Some: typeof Tickets): string | undefined {
  const property = fc.property(fc.array(fc.option(fc.nat(9)), { maxLength: 30 }), steps => {
    const tickets = new Some()
    const taken: number[] = []
    for (const step of steps) {
      if (step !== null && taken.length > 0) {
        tickets.free(taken.splice(step % taken.length, 1)[0] as number)
        continue
      }
      const ticket = tickets.take()
      if (taken.includes(ticket)) throw new Error(`${ticket} taken twice`)
      for (let lower = 0; lower < ticket; lower++)
        if (!taken.includes(lower)) throw new Error(`${lower} was free`)
      taken.push(ticket)
    }
  })
  const { failed, errorInstance } = fc.check(property, { numRuns: 1000 })
  return failed ? String(errorInstance) : undefined
}
