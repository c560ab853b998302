/** A boss with fake lanes and virtual time, and everything he says. */

import { type FakeLane, fakeCrew } from '../../src/entries/testing.ts'
import { Boss, type BossOptions, type InspectEvent, type Report } from '../../src/index.ts'
import { virtualClock } from '../../src/testing/virtual-clock.ts'
import square from '../fixtures/square.ts'

export type Square = typeof square

export function bossOfFakes({
  depth,
  size,
  min,
  ...options
}: Partial<BossOptions<Square>> & { depth?: number; size?: number; min?: number } = {}) {
  const clock = virtualClock()
  const crew = fakeCrew({
    now: clock.now,
    ...(depth !== undefined && { depth }),
    ...(size !== undefined && { size }),
    ...(min !== undefined && { min }),
  })
  const boss = new Boss<Square>({ workers: square, crew, clock, graceMs: 20, ...options })
  const reports: Report<number>[] = []
  const events: InspectEvent[] = []
  let completed = false
  boss.reports$.subscribe({ next: report => reports.push(report), complete: () => (completed = true) })
  boss.inspect$.subscribe(event => events.push(event))
  const said = () =>
    reports.map(
      report => `${report.kind} ${report.id}${report.kind === 'failed' ? ` ${report.failure.code}` : ''}`,
    )
  const lane = (index: number): FakeLane => {
    const found = crew.lanes[index]
    if (found === undefined) throw new Error(`no lane ${index} was opened`)
    return found
  }
  return { boss, crew, clock, reports, events, said, lane, completed: () => completed }
}

/** Lets what was given in this turn go out. */
export const turn = (): Promise<void> => Promise.resolve()

/** The equation that holds at every moment. */
export function balances({ counts }: { counts: Boss<Square>['state']['counts'] }): boolean {
  const { submitted, done, failed, cancelled, unheard, pending, running } = counts
  return submitted === done + failed + cancelled + unheard + pending + running
}
