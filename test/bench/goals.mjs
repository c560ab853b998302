/** What rxboss is to reach, as ratios of medians taken in the same rounds. */

import { adapters } from './adapters/index.mjs'
import { serve } from './serving.mjs'
import { starve } from './starving.mjs'
import { takesPart, workloads } from './workloads.mjs'

const peers = adapters.filter(({ kind }) => kind === 'peer')
const boss = 'rxboss-boss'
const delegate = 'rxboss-delegate'

/** Buffers are moved both ways; the others copy, and are beaten by far. */
const movers = peers.filter(({ notes }) => notes?.d === undefined)

const beside = (id, subject, limit, most) => ({
  id,
  goal: `${subject} <= ${most} x ${limit}`,
  measure: figures => figures.median(id, subject) / figures.median(id, limit),
  most,
})

const beats = (id, subject, least, rivals = peers, who = 'every peer') => ({
  id,
  goal: `${subject} >= ${least} x faster than ${who}`,
  measure: figures =>
    Math.min(
      ...rivals
        .filter(one => takesPart(one, id))
        .map(one => figures.median(id, one.name) ?? Number.NaN)
        .filter(Number.isFinite),
    ) / figures.median(id, subject),
  least,
})

const atMost = (id, subject, what, most, unit = '') => ({
  id,
  goal: `${subject}: ${what} <= ${most}${unit && ` ${unit}`}`,
  measure: figures => figures.median(id, subject, keys[what]),
  most,
})

const keys = {
  'MB above start': 'peakMB',
  'pulled ahead': 'ahead',
  'last 10,000s / first': 'growth',
  'turns of the loop': 'value',
  '1.5 x good + 20 starts': 'ofBound',
  'MB more': 'value',
  'p99.9': 'value',
}

const percentiles = { p50: 'value', p99: 'p99', 'p99.9': 'p999' }

/** Of requests that come whatever the pool does: no percentile above the best peer's. */
const serves = id =>
  Object.entries(percentiles).map(([name, key]) => ({
    id,
    goal: `rxboss-run ${name} <= the best peer's`,
    measure: figures =>
      figures.median(id, 'rxboss-run', key) /
      Math.min(...peers.map(one => figures.median(id, one.name, key)).filter(Number.isFinite)),
    most: 1,
  }))

const perMessage = id => ({
  id,
  goal: `>= 1e6 messages a second (us each)`,
  measure: figures => figures.median(id, 'rxboss-actor'),
  most: 1,
})

export const goals = [
  beside('a1', delegate, 'raw-b', 3),
  beats('a1', delegate, 15),
  beside('a1', boss, 'raw-b', 5),
  beats('a1', boss, 12),
  beside('a2', boss, 'raw-b', 1.5),
  beats('a2', boss, 8),
  beside('b', boss, 'raw-b', 1.08),
  beats('b', boss, 1.25),
  beside('c', boss, 'ideal', 1.01),
  beside('mixed', boss, 'ideal', 1.03),
  beside('uniform', boss, 'ideal', 1.03),
  beside('tiny', boss, 'ideal', 1.2),
  beside('behind', boss, 'ideal', 1.1),
  beside('d', boss, 'raw-b', 1.2),
  beats('d', boss, 2, movers, 'every peer that moves buffers both ways'),
  beside('e', boss, 'raw-b', 1.15),
  beats('e', boss, 1.35),
  {
    id: 'f',
    goal: 'rxboss-hire p50 <= 1.5 x raw-a (best rounds)',
    measure: figures => figures.least('f', 'rxboss-hire') / figures.least('f', 'raw-a'),
    most: 1.5,
  },
  {
    id: 'f',
    goal: 'rxboss-hire p99 <= 1.5 x raw-a (best rounds)',
    measure: figures => figures.least('f', 'rxboss-hire', 'p99') / figures.least('f', 'raw-a', 'p99'),
    most: 1.5,
  },
  {
    id: 'run',
    goal: 'rxboss-run - rxboss-boss <= 0.15 us',
    measure: figures => figures.median('run', 'rxboss-run') - figures.median('run', 'rxboss-boss'),
    most: 0.15,
  },
  beats(
    'run',
    'rxboss-run',
    5,
    peers.filter(({ name }) => name.startsWith('piscina')),
    'piscina',
  ),
  ...Object.keys(serve).flatMap(serves),
  atMost('fatal', 'rxboss-run', '1.5 x good + 20 starts', 1),
  atMost('flat', 'rxboss-run', 'MB more', 5),
  ...Object.keys(starve).map(id => atMost(id, 'rxboss-talk', 'p99.9', 50, 'ms')),
  beside('gx', boss, 'piscina-sync', 1.2),
  atMost('h', delegate, 'MB above start', 60),
  atMost('h', delegate, 'pulled ahead', 4096),
  atMost('h', delegate, 'last 10,000s / first', 1.2),
  perMessage('actor'),
  perMessage('actor-self'),
  perMessage('actor-pingpong'),
  {
    id: 'idle',
    goal: `${boss}: turns of the loop beyond those of raw idle workers = 0`,
    measure: figures => figures.median('idle', boss) - figures.median('idle', 'raw-a'),
    most: 0,
  },
  {
    id: 'idle',
    goal: `${boss}: context switches beyond those of raw idle workers = 0`,
    measure: figures =>
      figures.median('idle', boss, 'switches') - figures.median('idle', 'raw-a', 'switches'),
    most: 0,
  },
]

/** What was measured for each goal of these workloads; `undefined` where something it needs was not. */
export function judge(figures, ids = Object.keys(workloads)) {
  return goals
    .filter(({ id }) => ids.includes(id))
    .map(({ id, goal, measure, most, least }) => {
      const measured = measure(figures)
      if (!Number.isFinite(measured)) return { id, goal, measured: undefined, reached: undefined }
      return { id, goal, measured, reached: most === undefined ? measured >= least : measured <= most }
    })
}
