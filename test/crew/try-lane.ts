/** A lane with the smallest boss there is: columns that are arrays, and a list of all that happened. */

import type { Crew, Job, Lane, LaneEvent, LaneExit, LaneTerms } from '../../src/crew/crew.ts'
import type { AnyWorker } from '../../src/worker/worker.ts'

export interface Order {
  readonly definition?: number
  readonly attributes?: unknown
  readonly id?: number
  readonly attempt?: number
  readonly name?: string
}

export interface TriedLane {
  readonly lane: Lane
  readonly events: LaneEvent[]
  /** Puts an order into the columns and gives it. */
  give(order: Order): Job
  open(): void
  close(): Promise<LaneExit>
  terminate(): Promise<LaneExit>
  unsubscribe(): void
  readonly exit: Promise<LaneExit>
  until(condition: () => boolean): Promise<void>
  settled(count: number): Promise<void>
  /** Job, and result or failure code, in the order in which they came. */
  outcomes(): [Job, unknown][]
  notes(): unknown[]
  /** What it let go of before its place had ended. */
  released(): Job[]
  printed(): string
}

export function tryLane(
  crew: Crew,
  definitions: readonly AnyWorker[],
  terms: Partial<LaneTerms> = {},
): TriedLane {
  const orders: Order[] = []
  const events: LaneEvent[] = []
  const waiting = new Set<() => void>()
  const lane = crew.open({
    ticket: 3,
    definitions,
    orders: {
      definitionOf: job => orders[job]?.definition ?? 0,
      idOf: job => orders[job]?.id ?? job,
      attributesOf: job => orders[job]?.attributes ?? {},
      attemptOf: job => orders[job]?.attempt ?? 1,
      nameOf: job => orders[job]?.name,
    },
    hooks: [],
    graceMs: 100,
    ahead: true,
    ...terms,
  })
  let unsubscribe = () => {}
  let exited: (exit: LaneExit) => void
  const exit = new Promise<LaneExit>(resolve => {
    exited = resolve
  })
  const outcomes = () =>
    events.flatMap((event): [Job, unknown][] =>
      event.type === 'done'
        ? event.jobs.map((job, i) => [job, event.results[i]])
        : event.type === 'failed'
          ? [[event.job, event.failure.code]]
          : [],
    )
  let done = 0
  const until = (condition: () => boolean) =>
    new Promise<void>(resolve => {
      const look = () => {
        if (!condition()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return {
    lane,
    events,
    give: order => {
      lane.give(orders.push(order) - 1)
      return orders.length - 1
    },
    open: () => {
      const subscription = lane.events$.subscribe(event => {
        events.push(event)
        if (event.type === 'done') done += event.jobs.length
        if (event.type === 'failed') done++
        if (event.type === 'exit') exited(event)
        for (const look of [...waiting]) look()
      })
      unsubscribe = () => subscription.unsubscribe()
    },
    close: () => {
      lane.close()
      return exit
    },
    terminate: () => {
      lane.terminate()
      return exit
    },
    unsubscribe: () => unsubscribe(),
    exit,
    until,
    settled: count => until(() => done >= count),
    outcomes,
    notes: () => events.flatMap(event => (event.type === 'note' ? [event.note] : [])),
    released: () =>
      events.flatMap(event =>
        event.type === 'released' ? [...event.begun, ...event.queued, ...event.lost] : [],
      ),
    printed: () => events.map(event => (event.type === 'log' ? event.text : '')).join(''),
  }
}
