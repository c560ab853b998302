/**
 * Pi by throwing darts: the estimates of all workers are one stream, which gets better while you watch.
 *
 *     npm run example monte-carlo [darts]
 */

import { delegate, type Report } from 'rxboss'
import { auditTime, distinctUntilChanged, endWith, finalize, from, map, scan } from 'rxjs'

import darts, { type Thrown } from './darts.ts'

const count = Number(process.argv[2] ?? 40_000_000)
const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

/** What each instruction knows so far: its last interim report, or its result. */
type SoFar = ReadonlyMap<number, Thrown>

const learn = (soFar: SoFar, report: Report<Thrown>): SoFar => {
  if (report.kind === 'interim') return new Map(soFar).set(report.id, report.note as Thrown)
  return report.kind === 'done' ? new Map(soFar).set(report.id, report.result) : soFar
}

const estimate = (soFar: SoFar): { readonly thrown: number; readonly pi: number } => {
  let thrown = 0
  let hits = 0
  for (const one of soFar.values()) {
    thrown += one.thrown
    hits += one.hits
  }
  return { thrown, pi: (4 * hits) / thrown }
}

let last = { thrown: 0, pi: 0 }

from(seeds)
  .pipe(
    map(seed => ({ seed, count: count / seeds.length })),
    delegate(darts),
    scan(learn, new Map() as SoFar),
    map(estimate),
    auditTime(100),
    distinctUntilChanged((a, b) => a.thrown === b.thrown),
    endWith(undefined),
    finalize(() => console.log(`pi is about ${last.pi.toFixed(2)}`)),
  )
  .subscribe(now => {
    if (now === undefined) return
    last = now
    console.error(`${now.thrown.toLocaleString('en')} darts: ${now.pi}`)
  })
