/** What rules let go ahead, to lanes that work on something else, keeps what they promise of those that are at work. */

import { testProp } from '@fast-check/ava'
import test from 'ava'
import fc from 'fast-check'

import { openDesk } from '../../src/scheduler/desk/desk.ts'
import { byPriority } from '../../src/scheduler/rules/by-priority.ts'
import { scheduler } from '../../src/scheduler/rules/combine.ts'
import { exclusive } from '../../src/scheduler/rules/exclusive.ts'
import { maxMemory } from '../../src/scheduler/rules/max-memory.ts'
import { maxThreads } from '../../src/scheduler/rules/max-threads.ts'
import { rateLimit } from '../../src/scheduler/rules/rate-limit.ts'
import type { Scheduler } from '../../src/scheduler/scheduler.ts'

const most = 4
const [budget, n, perMs] = [10, 6, 20]

type Step = 'next' | 'ahead' | 'end' | 'time' | 'share'

/** Lanes that work on the first of what they hold, at a desk with these rules. */
function world(rules: readonly Scheduler[], memory: readonly number[]) {
  const view = (id: number) => ({
    id,
    instruction: { memory: memory[id] as number },
    worker: '',
    expectedMs: undefined,
  })
  const desk = openDesk<number>(scheduler(maxThreads(most), ...rules), view)
  for (const id of memory.keys()) desk.arrive(id)
  const lanes: number[][] = Array.from({ length: most }, () => [])
  const began: number[] = []
  let now = 0
  const put = (lane: number[], id: number | undefined) => {
    if (id === undefined) return
    lane.push(id)
    if (lane.length === 1) began.push(now)
  }
  const steps: Record<Step, (lane: number[]) => void> = {
    next: () => {
      const idle = lanes.find(one => one.length === 0)
      if (idle !== undefined) put(idle, desk.next(now))
    },
    ahead: lane => {
      const last = lane.at(-1)
      if (last !== undefined) put(lane, desk.nextAhead(now, last))
    },
    end: lane => {
      const id = lane.shift()
      if (id === undefined) return
      desk.leave(id)
      if (lane.length > 0) began.push(now)
    },
    time: () => {
      now += 1
    },
    share: lane => {
      const idle = lanes.find(one => one.length === 0)
      const last = lane.at(-1)
      if (idle === undefined || last === undefined || lane.length < 2 || !desk.mayMove(last)) return
      if (desk.move(last, undefined)) put(idle, lane.pop())
    },
  }
  const used = () => lanes.reduce((sum, [at]) => sum + (at === undefined ? 0 : (memory[at] as number)), 0)
  return { desk, lanes, steps, began, used }
}

const kinds: readonly (readonly [string, readonly Scheduler[]])[] = [
  ['maxMemory', [maxMemory({ max: budget })]],
  ['rateLimit', [rateLimit(n, perMs)]],
  ['maxMemory and rateLimit', [rateLimit(n, perMs), maxMemory({ max: budget })]],
]
const memories = fc.array(fc.constantFrom(1, 1, 1, 2, 5, 10), { minLength: 1, maxLength: 60 })
const walks = fc.array(
  fc.tuple(
    fc.constantFrom<Step>('next', 'ahead', 'ahead', 'ahead', 'end', 'end', 'time', 'share'),
    fc.nat(most - 1),
  ),
  { minLength: 1, maxLength: 400 },
)

for (const [name, rules] of kinds) {
  testProp(
    `${name}: whatever goes ahead, what is at work keeps the rule`,
    [memories, walks],
    (t, memory, walk) => {
      const { lanes, steps, began, used, desk } = world(rules, memory)
      for (const [step, lane] of walk) {
        steps[step](lanes[lane] as number[])
        if (name !== 'rateLimit') t.true(used() <= budget, `${used()} at once`)
      }
      if (name !== 'maxMemory')
        for (let i = n; i < began.length; i++)
          t.true((began[i] as number) - (began[i - n] as number) >= perMs, `${began}`)
      t.is(desk.running, lanes.flat().length)
    },
  )
}

test('those of one size that follow each other take what one takes: they go ahead though nothing is left', t => {
  const { lanes, steps } = world([maxMemory({ max: budget })], Array(20).fill(10))
  const [first = []] = lanes
  steps.next(first)
  steps.next(first)
  for (let i = 0; i < 5; i++) steps.ahead(first)
  t.deepEqual(
    lanes.map(lane => lane.length),
    [6, 0, 0, 0],
  )
  steps.share(first)
  t.is(lanes[1]?.length, 0)
})

test('rateLimit lets go ahead while less than half of it is used', t => {
  const { lanes, steps } = world([rateLimit(n, perMs)], Array(20).fill(1))
  const [first = []] = lanes
  steps.next(first)
  for (let i = 0; i < 9; i++) steps.ahead(first)
  t.is(first.length, 3)
})

test('rules that look at who runs let nobody go ahead', t => {
  for (const rule of [exclusive(() => [1]), byPriority(), { concurrency: 4, admits: () => true }]) {
    const { lanes, steps, desk } = world([rule], [1, 1, 1])
    const [first = []] = lanes
    steps.next(first)
    steps.ahead(first)
    t.is(first.length, 1)
    t.false(desk.ahead)
  }
})
