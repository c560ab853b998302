/** What rxboss is to reach, as ratios of medians taken in the same rounds. */

import { adapters } from './adapters/index.mjs'
import { serve } from './serving.mjs'
import { starve } from './starving.mjs'
import { takesPart, workloads } from './workloads.mjs'

const peers = adapters.filter(({ kind }) => kind === 'peer')
/** Knitting looks at shared memory, and has goals of its own. */
const senders = peers.filter(({ name }) => name !== 'knitting')
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
  MB: 'value',
  'us each': 'value',
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
  goal: `>= 5e6 messages a second (us each)`,
  measure: figures => figures.median(id, 'rxboss-actor'),
  most: 0.2,
})

const spinning = 'rxboss-hire-spin'
const everySender = 'every peer that sends messages'
const knitting = peers.filter(({ name }) => name === 'knitting')

/** Of calls one at a time. */
function besidePercentile(subject, name, limit, most) {
  const key = percentiles[name]
  return {
    id: 'f',
    goal: `${subject} ${name} <= ${most} x ${limit}`,
    measure: figures => figures.median('f', subject, key) / figures.median('f', limit, key),
    most,
  }
}

export const goals = [
  beside('a1', delegate, 'raw-b', 1.8),
  beats('a1', delegate, 25, senders, everySender),
  beside('a1', boss, 'raw-b', 2.5),
  beats('a1', boss, 20, senders, everySender),
  {
    id: 'a1',
    goal: `${boss}: CPU of main <= 0.35 us`,
    measure: f => f.median('a1', boss, 'mainUs'),
    most: 0.35,
  },
  beside('a2', boss, 'raw-b', 1.2),
  beats('a2', boss, 10, senders, everySender),
  beside('a3', boss, 'raw-b', 1.8),
  beats('a3', boss, 10, senders, everySender),
  beside('b', boss, 'raw-b', 1.05),
  { ...beats('b', boss, 1.3, senders), nodes: ['20'] },
  { ...beats('b', boss, 1, senders), nodes: ['24'] },
  beside('c', boss, 'ideal', 1.01),
  beside('mixed', boss, 'ideal', 1.03),
  beside('uniform', boss, 'ideal', 1.03),
  beside('tiny', boss, 'ideal', 1.2),
  beside('behind', boss, 'ideal', 1.1),
  beside('d', boss, 'raw-b', 1.2),
  beats('d', boss, 2, movers, 'every peer that moves buffers both ways'),
  beside('e', boss, 'raw-b', 1.15),
  beats('e', boss, 1.35, senders),
  ...['rxboss-hire', boss].flatMap(name => [
    besidePercentile(name, 'p50', 'raw-a', 1.2),
    besidePercentile(name, 'p99', 'raw-a', 1.2),
  ]),
  { id: 'f', goal: `${spinning}: p50 <= 5 us`, measure: f => f.median('f', spinning), most: 5 },
  besidePercentile(spinning, 'p50', 'piscina-sync', 1),
  besidePercentile(spinning, 'p99', 'piscina-sync', 1),
  { ...besidePercentile(spinning, 'p50', 'knitting', 3), nodes: ['24'] },
  { ...beats('a1', boss, 5, knitting, 'knitting'), nodes: ['24'] },
  ...['a3', 'b', 'e', 'm'].map(id => ({ ...beats(id, boss, 1, knitting, 'knitting'), nodes: ['24'] })),
  { ...beats('a2', 'rxboss-boss-spin', 1, knitting, 'knitting'), nodes: ['24'] },
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
  beside('g', boss, 'piscina-sync', 1.6),
  beside('gx', boss, 'piscina-sync', 1.2),
  atMost('h', delegate, 'MB above start', 40),
  atMost('h', delegate, 'us each', 0.35),
  atMost('h', delegate, 'pulled ahead', 4096),
  atMost('h', delegate, 'last 10,000s / first', 1.2),
  atMost('m', boss, 'MB', 30),
  perMessage('actor'),
  perMessage('actor-self'),
  perMessage('actor-pingpong'),
  {
    id: 'actor-thread',
    goal: '>= 1e6 messages a second told to a thread, decoded (us each)',
    measure: figures => figures.median('actor-thread', 'rxboss-placed'),
    most: 1,
  },
  beside('actor-ask', 'rxboss-placed', 'raw-a', 1.3),
  beside('actor-ask-64', 'rxboss-placed', 'comlink', 1 / 8),
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

const majorHere = process.versions.node.split('.')[0]

/** What was measured for each goal of these workloads; `undefined` where something it needs was not. */
export function judge(figures, { ids = Object.keys(workloads), major = majorHere } = {}) {
  return goals
    .filter(({ id, nodes }) => ids.includes(id) && (nodes === undefined || nodes.includes(major)))
    .map(({ id, goal, measure, most, least }) => {
      const measured = measure(figures)
      if (!Number.isFinite(measured)) return { id, goal, measured: undefined, reached: undefined }
      return { id, goal, measured, reached: most === undefined ? measured >= least : measured <= most }
    })
}
