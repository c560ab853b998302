/** The events of a run that never was: the same each time, so that pictures change only when the drawing does. */

/** A generator of numbers in [0, 1): Mulberry32. */
function seeded(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const failure = {
  code: 'threw',
  what: 'Worker "resize" threw',
  why: 'RangeError: corrupt header',
  remedy: '',
}
const error = { name: 'RangeError', message: 'Input buffer has corrupt header' }

/** @returns the events, in their order, with `t` in milliseconds */
export function seededRun({ count = 480, workers = 6, seed = 7 } = {}) {
  const random = seeded(seed)
  const events = []
  let seq = 0
  const tell = (t, event) => events.push({ v: 1, seq: 0, t, boss: 'rxboss', ...event })
  tell(0, {
    type: 'boss.start',
    wall: 0,
    workers: ['resize'],
    crew: 'threads',
    concurrency: workers,
    node: '',
    version: '',
  })
  tell(0, { type: 'boss.phase', by: 'api', intake: 'open', pump: 'on', phase: 'live' })
  for (let id = 0; id < count; id++)
    tell(1, { type: 'instruction.accept', id, name: nameOf(id), worker: 'resize' })
  tell(1, { type: 'boss.phase', by: 'api', intake: 'closed', pump: 'on', phase: 'live' })
  tell(1, { type: 'boss.total', total: count })
  const lanes = Array.from({ length: workers }, (_, ticket) => ({
    ticket,
    at: 180 + 25 * ticket,
    n: ticket + 1,
  }))
  for (const { ticket, at, n } of lanes) begin(ticket, at, `w${n}`)
  let next = 0
  let nextWorker = workers + 1
  while (next < count) {
    const lane = lanes.reduce((first, other) => (other.at < first.at ? other : first))
    const id = next++
    const work = duration()
    const start = {
      type: 'instruction.start',
      id,
      name: nameOf(id),
      worker: 'resize',
      attempt: 1,
      waitMs: lane.at,
    }
    tell(lane.at, { ...start, ticket: lane.ticket, workerId: `w${lane.n}`, began: lane.at })
    const end = lane.at + work
    if (id === 171) {
      tell(end, {
        type: 'worker.exit',
        workerId: `w${lane.n}`,
        ticket: lane.ticket,
        reason: 'outOfMemory',
        why: '',
        ids: [id],
      })
      tell(end, { type: 'instruction.retry', id, attempt: 1, delayMs: 100, code: 'outOfMemory' })
      lane.n = nextWorker++
      tell(end + 10, { type: 'worker.spawn', workerId: `w${lane.n}`, ticket: lane.ticket })
      lane.at = end + 1400
      tell(lane.at, { type: 'worker.ready', workerId: `w${lane.n}`, ticket: lane.ticket, startMs: 1390 })
      tell(lane.at, { ...start, attempt: 2, ticket: lane.ticket, workerId: `w${lane.n}`, began: lane.at })
      settle(id, lane, { work: 90, attempt: 2, fails: false })
      continue
    }
    settle(id, lane, { work, attempt: 1, fails: random() < 0.02 })
  }
  const last = Math.max(...lanes.map(({ at }) => at)) + 60
  const load = seeded(seed + 1)
  for (let t = 1000; t < last; t += 1000)
    for (const { ticket, n } of lanes)
      tell(t, {
        type: 'worker.sample',
        workerId: `w${n}`,
        ticket,
        loop: 0.82 + 0.17 * load(),
        heap: 40 + 30 * load(),
      })
  const failed = events.filter(({ kind }) => kind === 'failed').length
  const counts = {
    submitted: count,
    done: count - failed,
    failed,
    cancelled: 0,
    unheard: 0,
    pending: 0,
    running: 0,
  }
  tell(last, { type: 'boss.end', status: 'finished', counts, ms: last })
  // As a boss would have told them: by time, and numbered.
  return events.sort((a, b) => a.t - b.t).map(event => ({ ...event, seq: ++seq }))

  function begin(ticket, at, workerId) {
    tell(2, { type: 'worker.spawn', workerId, ticket })
    tell(at, { type: 'worker.ready', workerId, ticket, startMs: at })
  }
  function settle(id, lane, { work, attempt, fails }) {
    const ended = lane.at + work
    const common = { type: 'report', id, name: nameOf(id), worker: 'resize', ticket: lane.ticket, attempt }
    const how = fails ? { kind: 'failed', failure: { ...failure, error } } : { kind: 'done' }
    tell(ended, { ...common, ...how, waitMs: lane.at, workMs: work })
    lane.at = ended + 0.5
  }
  function duration() {
    const long = random() < 0.015
    return long ? 1800 + 1500 * random() : 60 + 240 * random() * random()
  }
  function nameOf(id) {
    return `img/${String(id).padStart(4, '0')}.png`
  }
}
