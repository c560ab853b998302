/** Says what is wrong with a trace: slices that overlap on a track, flows without both ends, times that are none. */

import type { TraceEvent } from '../../src/inspect/trace.ts'

export function flawsOf(events: readonly TraceEvent[]): readonly string[] {
  const flaws: string[] = []
  const tracks = groups(
    events.filter(({ ph }) => ph === 'X'),
    ({ tid }) => tid,
  )
  for (const [tid, slices] of tracks) flaws.push(...badNesting(slices).map(flaw => `track ${tid}: ${flaw}`))
  flaws.push(...badFlows(events))
  const named = new Set(events.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid))
  for (const tid of tracks.keys()) if (!named.has(tid)) flaws.push(`track ${tid} has no name`)
  for (const event of events) {
    if (!Number.isInteger(event.ts) || event.ts < 0) flaws.push(`ts ${event.ts} of ${event.name}`)
    if (event.ph === 'X' && !Number.isInteger(event.dur)) flaws.push(`dur ${event.dur} of ${event.name}`)
  }
  return flaws
}

function badNesting(slices: readonly TraceEvent[]): readonly string[] {
  const flaws: string[] = []
  const ends: number[] = []
  const inOrder = [...slices].sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  for (const { name, ts, dur = 0 } of inOrder) {
    while (ends.length > 0 && (ends.at(-1) as number) <= ts) ends.pop()
    const around = ends.at(-1)
    if (around !== undefined && ts + dur > around) flaws.push(`${name} at ${ts} ends after what is around it`)
    ends.push(ts + dur)
  }
  return flaws
}

function badFlows(events: readonly TraceEvent[]): readonly string[] {
  const flows = groups(
    events.filter(({ bind_id }) => bind_id !== undefined),
    ({ bind_id }) => bind_id as string,
  )
  return [...flows].flatMap(([id, ends]) => {
    const outs = ends.filter(({ flow_out }) => flow_out)
    const ins = ends.filter(({ flow_in }) => flow_in)
    const [out] = outs
    if (outs.length !== 1 || ins.length < 1 || out === undefined)
      return [`flow ${id} has ${outs.length} beginnings and ${ins.length} ends`]
    return ends.filter(({ dur = 0 }) => dur < 1).map(({ name }) => `flow ${id}: ${name} has no length`)
  })
}

function groups<A, K>(items: readonly A[], keyOf: (item: A) => K): ReadonlyMap<K, readonly A[]> {
  const found = new Map<K, A[]>()
  for (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item])
  return found
}
