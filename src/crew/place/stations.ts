/** The definitions at work in one place: set up before their first job, torn down when it closes politely. */

import type { AnyWorker } from '../../worker/worker.ts'
import type { TaskPlace } from './active-task.ts'
import type { PerformTerms } from './workplace.ts'

/** A definition at work in this place. */
export interface Station extends TaskPlace {
  readonly definition: AnyWorker
  readonly names: readonly string[] | undefined
  /** The only attribute, where there is one. */
  readonly only: string | undefined
  readonly cautious: boolean
  setUp: boolean
  /** Its setup threw this; the next job answers with it. */
  broken: { readonly error: unknown } | undefined
  /** So many jobs share one reading of the clock. */
  groupSize: number
  /** Its jobs were short, the last time the clock was read. */
  isShort: boolean
}

/** What a task says to its place. */
export type Heard = Pick<TaskPlace, 'report' | 'looked'>

export const stationsOf = ({ definitions, ticket }: PerformTerms, heard: Heard): readonly Station[] =>
  definitions.map(({ worker, cautious }) => ({
    worker: worker.name,
    ticket,
    local: undefined,
    definition: worker,
    names: worker.footprint.names,
    only: onlyOf(worker.footprint.names),
    cautious,
    setUp: worker.setup === undefined,
    broken: undefined,
    groupSize: 1,
    isShort: false,
    ...heard,
  }))

const onlyOf = (names: readonly string[] | undefined) =>
  names?.length === 1 && names[0] !== '__proto__' ? names[0] : undefined

export async function setUp(station: Station, shared: Readonly<Record<string, unknown>>): Promise<void> {
  try {
    station.local = await station.definition.setup?.({ ticket: station.ticket, shared })
  } catch (error) {
    station.broken = { error }
  }
  station.setUp = true
}

/** The last set up is the first torn down. What one of them throws keeps no other from it. */
export async function tearDown(
  stations: readonly Station[],
): Promise<{ readonly error: unknown } | undefined> {
  let failed: { error: unknown } | undefined
  for (const { setUp, definition, local } of [...stations].reverse()) {
    try {
      if (setUp) await definition.teardown?.(local as never)
    } catch (error) {
      failed ??= { error }
    }
  }
  return failed
}
