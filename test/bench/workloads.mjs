/**
 * What is measured. `run` is called once in a process of its own, with an adapter, and returns figures: `value` is the
 * one that is compared, in `unit`; less is better.
 */

import { drive } from './drive.mjs'
import { contextSwitches, megabytes, startMeter, watchMemory } from './meter.mjs'
import { fatal, flat, serve } from './serving.mjs'
import { starve } from './starving.mjs'
import { cpu as cpuTask } from './tasks.mjs'

/** Worker threads, unless said otherwise. */
const size = 2

/** Values for `noop`, whose sum is known. */
function numbers() {
  let sum = 0.5 // no small integer from the beginning, else what adds is compiled again once it is none
  return {
    make: i => i,
    check: result => {
      sum += result
    },
    verify: counts => {
      const expected = counts.reduce((all, n) => all + (n * (n + 1)) / 2, 0)
      if (sum - 0.5 !== expected) throw new Error(`the sum of the results is ${sum}, not ${expected}`)
    },
  }
}

/** A workload of one task, `n` times; the figure is the time of one. */
function bulk({ task, n, warm, inFlight, values, ...about }) {
  return {
    unit: 'us',
    ...about,
    run: async (adapter, { id, quick, perUs }) => {
      const most = Math.min(adapter.most?.[id] ?? n, quick ? n / 20 : n)
      const warmed = warm.map(one => Math.ceil(Math.min(one, quick ? one / 20 : one, most / 2)))
      const pool = await adapter.open({ task, size })
      const { make, check, verify } = values(perUs)
      const { us, mainUs, cpuUs } = await drive(pool, { n: most, warm: warmed, inFlight, make, check })
      verify(pool.stream ? [most + warmed.reduce((a, b) => a + b, 0)] : [...warmed, most])
      return { value: us / most, mainUs: mainUs / most, cpuUs: cpuUs / most, n: most }
    },
  }
}

const noops = inFlight => ({
  task: 'noop',
  n: 100_000,
  warm: [50_000, 50_000],
  inFlight,
  values: numbers,
})

/** `cpu` for so many microseconds, each result compared with the same loop run here. */
const lasting = microseconds => perUs => {
  const n = Math.round(microseconds * perUs)
  const expected = cpuTask(n)
  let count = 0
  return {
    make: () => n,
    check: result => {
      if (result !== expected) throw new Error(`the result is ${result}, not ${expected}`)
      count++
    },
    verify: counts => verifyCount(count, counts),
  }
}

function verifyCount(count, counts) {
  const expected = counts.reduce((sum, n) => sum + n, 0)
  if (count !== expected) throw new Error(`${count} results of ${expected}`)
}

/** Buffers of 1 MB, each given again when it comes back. */
function buffers() {
  const bytes = 1_048_576
  let count = 0
  return {
    make: (_, result) => {
      const buffer = result ?? new ArrayBuffer(bytes)
      const view = new Uint8Array(buffer)
      view[1] = view[0]
      return buffer
    },
    check: buffer => {
      const view = new Uint8Array(buffer)
      if (view.length !== bytes || view[0] !== ((view[1] + 1) & 255))
        throw new Error('this is not the buffer that was sent')
      count++
    },
    verify: counts => verifyCount(count, counts),
  }
}

/** Objects of 2 KB. No two in flight share a part of theirs, or a batch would be cloned with one copy of it. */
function objects() {
  let ids = 0
  let seen = 0
  const rows = Array.from({ length: 256 }, () =>
    Array.from({ length: 24 }, (_, k) => ({ k, v: k * 1.5, s: `row ${k}`, f: k % 2 === 0 })),
  )
  const note = 'n'.repeat(200)
  return {
    make: id => ({
      id,
      name: `object ${id}`,
      seen: false,
      tags: ['one', 'two', 'three'],
      rows: rows[id & 255],
      note,
    }),
    check: result => {
      ids += result.id
      if (result.seen) seen++
    },
    verify: counts => {
      verifyCount(seen, counts)
      const expected = counts.reduce((all, n) => all + (n * (n - 1)) / 2, 0)
      if (ids !== expected) throw new Error(`the sum of the ids is ${ids}, not ${expected}`)
    },
  }
}

/** One call at a time. */
async function oneByOne(adapter, { id, quick }) {
  const n = quick ? 400 : (adapter.most?.[id] ?? 4000)
  const pool = await adapter.open({ task: 'noop', size: 1 })
  const call = callOf(pool)
  for (let i = 0; i < Math.min(n, 1500); i++) await call(i)
  const times = []
  for (let i = 0; i < n; i++) {
    const start = performance.now()
    const result = await call(i)
    times.push((performance.now() - start) * 1000)
    if (result !== i + 1) throw new Error(`the result is ${result}, not ${i + 1}`)
  }
  times.sort((a, b) => a - b)
  return { value: times[n >> 1], p99: times[Math.floor(n * 0.99)], n }
}

/** Pools that only `give` are called through a promise of ours. */
function callOf(pool) {
  return (
    pool.call ??
    (value =>
      new Promise((resolve, reject) => {
        pool.receive = resolve
        pool.fail = reject
        pool.give(value)
      }))
  )
}

/** Import, one worker, its first result; then what the first worker and each of 8 more weigh. */
const coldStart = importedBefore => async adapter => {
  for (const name of importedBefore) await import(name)
  const before = megabytes()
  const start = performance.now()
  const pool = await adapter.open({ task: 'noop', size: 1 })
  const result = await callOf(pool)(1)
  const ms = performance.now() - start
  if (result !== 2) throw new Error(`the result is ${result}, not 2`)
  const first = megabytes() - before
  const more = await weighMore(adapter)
  return { value: ms, firstMB: first, moreMB: more, n: 1 }
}

/** Megabytes of each of 8 more workers, all of them busy for a moment so that lazy pools start them. */
async function weighMore(adapter) {
  if (adapter.only !== undefined && !adapter.only.includes('a1')) return undefined
  const before = megabytes()
  const pool = await adapter.open({ task: 'cpu', size: 8 })
  const spin = 20_000_000 // some 35 ms
  await new Promise((resolve, reject) => {
    let settled = 0
    pool.fail = reject
    pool.receive = () => {
      if (++settled === 16) resolve()
    }
    for (let i = 0; i < 16; i++) pool.give(spin)
  })
  return (megabytes() - before) / 8
}

/** Ten million from a generator, of which rxboss takes as it needs. */
async function generator(adapter, { quick }) {
  const warm = 100_000
  const n = quick ? 300_000 : 10_000_000
  const step = 10_000
  const pool = await adapter.open({ task: 'noop', size })
  const { make, check, verify } = numbers()
  const steps = []
  let pulled = 0
  let settled = 0
  let ahead = 0
  let stop
  let stopMemory
  let last = 0
  let meter
  let peak
  const receive = result => {
    check(result)
    settled++
    if (pulled - settled > ahead) ahead = pulled - settled
    if (settled % step !== 0 || settled < warm) return
    const now = performance.now()
    if (settled === warm) {
      stop = startMeter()
      stopMemory = watchMemory()
    } else steps.push(now - last)
    last = now
    if (settled === warm + n) {
      meter = stop()
      peak = stopMemory()
    }
  }
  function* values() {
    while (pulled < warm + n) yield make(pulled++)
  }
  await pool.stream(values(), { receive })
  verify([warm + n])
  const few = Math.min(20, steps.length >> 1)
  const first = median(steps.slice(0, few))
  const final = median(steps.slice(-few))
  return {
    value: meter.us / n,
    mainUs: meter.mainUs / n,
    cpuUs: meter.cpuUs / n,
    peakMB: peak,
    ahead,
    firstUs: (first * 1000) / step,
    lastUs: (final * 1000) / step,
    growth: final / first,
    n,
  }
}

const median = list => [...list].sort((a, b) => a - b)[list.length >> 1]

/** 200,000 at once: what waiting weighs. */
async function heap(adapter, { id, quick }) {
  const n = Math.min(adapter.most?.[id] ?? 200_000, quick ? 20_000 : 200_000)
  const pool = await adapter.open({ task: 'noop', size })
  const { make, check, verify } = numbers()
  await drive(pool, { n: 100, warm: [], inFlight: 16, make, check })
  const peak = watchMemory()
  await drive(pool, { n, warm: [], inFlight: Number.POSITIVE_INFINITY, make, check })
  verify([100, n])
  return { value: peak(), n }
}

/** A list of durations, all given at once: the time until the last is done (or the last of those that count). */
function list(durations, { counts = () => true, ...about }) {
  return {
    unit: 'ms',
    ...about,
    run: async (adapter, { quick, perUs }) => {
      const pool = await adapter.open({ task: 'cpu', size })
      const iterations = durations.map(us => Math.round(us * perUs))
      const expected = new Map([...new Set(iterations)].map(n => [cpuTask(n), n]))
      const short = Math.round(perUs)
      await drive(pool, {
        n: quick ? 500 : 10_000,
        warm: [],
        inFlight: 256,
        make: () => short,
        check: result => result === cpuTask(short) || fail('a wrong result'),
      })
      const start = performance.now()
      let ms
      let left = durations.filter(counts).length
      const check = result => {
        if (!expected.has(result)) fail(`the result ${result} is none of those expected`)
        if (counts(expected.get(result) / perUs) && --left === 0) ms = performance.now() - start
      }
      const make = i => iterations[i]
      await drive(pool, { n: durations.length, warm: [], inFlight: Number.POSITIVE_INFINITY, make, check })
      if (left !== 0) fail(`${left} results are missing`)
      return { value: ms, n: durations.length }
    },
  }
}

function fail(why) {
  throw new Error(why)
}

/** The same mixture for everybody. */
function mixture() {
  let seed = 42
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
  return Array.from({ length: 300 }, () => (random() < 0.9 ? 500 : 10_000))
}

/** A warm pool with nothing to do: turns of main's loop, and context switches of all threads. */
async function idle(adapter, { quick }) {
  const pool = await adapter.open({ task: 'noop', size })
  const { make, check } = numbers()
  await drive(pool, { n: 20_000, warm: [], inFlight: 64, make, check })
  await new Promise(resolve => setTimeout(resolve, 500))
  const turns = performance.nodeTiming.uvMetricsInfo.loopCount
  const switches = contextSwitches()
  await new Promise(resolve => setTimeout(resolve, quick ? 500 : 3000))
  return {
    value: performance.nodeTiming.uvMetricsInfo.loopCount - turns,
    switches: contextSwitches() - switches,
    n: 1,
  }
}

/** Messages to actors in this thread. `send` gets the actors going, and `seen` counts. */
function messages(about, scene) {
  return {
    unit: 'us',
    adapters: ['rxboss-actor'],
    ...about,
    run: async (adapter, { quick }) => {
      const { spawn } = await adapter.open()
      const n = quick ? 50_000 : 1_000_000
      await scene(spawn, n / 10)
      const stop = startMeter()
      await scene(spawn, n)
      const { us, mainUs, cpuUs } = stop()
      return { value: us / n, mainUs: mainUs / n, cpuUs: cpuUs / n, n }
    },
  }
}

function told(spawn, n) {
  return new Promise(resolve => {
    let count = 0
    const actor = spawn(() => () => {
      if (++count === n) resolve()
    })
    for (let i = 0; i < n; i++) actor.ref.next(i)
  })
}

function toItself(spawn, n) {
  return new Promise(resolve => {
    const actor = spawn(({ self }) => i => {
      if (i === n) resolve()
      else self.next(i + 1)
    })
    actor.ref.next(1)
  })
}

function pingPong(spawn, n) {
  return new Promise(resolve => {
    const pong = spawn(() => i => ping.ref.next(i + 1))
    const ping = spawn(() => i => {
      if (i >= n) resolve()
      else pong.ref.next(i + 1)
    })
    ping.ref.next(1)
  })
}

/** An actor on a thread. `scene` gets `n` things through it, once it is ready. */
function placed(about, scene) {
  return {
    unit: 'us',
    adapters: ['rxboss-placed'],
    ...about,
    run: async (adapter, { quick }) => {
      const rxboss = await adapter.open({ task: 'noop', size: 1 })
      const n = (about.most ?? 1_000_000) / (quick ? 20 : 1)
      await scene(rxboss, n)
      const { us, mainUs, cpuUs } = await scene(rxboss, n)
      return { value: us / n, mainUs: mainUs / n, cpuUs: cpuUs / n, n }
    },
  }
}

async function toldThere({ spawn, threads, counter, source }, n, puts = false) {
  const actor = spawn(puts ? source : counter, { on: threads() })
  let came = 0
  const first = new Promise(resolve => actor.out$.subscribe(() => ++came === 1 && resolve()))
  actor.ref.next(puts ? 0 : { n: 0 })
  await (puts ? first : new Promise(resolve => setTimeout(resolve, 300)))
  const stop = startMeter()
  for (let i = 0; i < n; i++) actor.ref.next(puts ? i : { n: i })
  actor.end()
  await new Promise(resolve => actor.exit$.subscribe(resolve))
  return stop()
}

/** Raw messages and comlink's calls are asked in the same way: a promise for each reply. */
async function askedThere(opened, n, inFlight = 1) {
  const once = opened.give === undefined ? askerOf(opened) : callerOf(opened)
  await once()
  let left = n
  const lane = async () => {
    while (left-- > 0) await once()
  }
  const stop = startMeter()
  await Promise.all(Array.from({ length: inFlight }, lane))
  return stop()
}

function askerOf({ spawn, threads, ask, echo }) {
  const actor = spawn(echo, { on: threads() })
  return () =>
    new Promise((resolve, reject) => ask(actor, { n: 1 }, 30_000).subscribe({ next: resolve, error: reject }))
}

function callerOf(pool) {
  const waiting = []
  pool.receive = result => waiting.shift()(result)
  return () =>
    new Promise(resolve => {
      waiting.push(resolve)
      pool.give(1)
    })
}

/** The same no-ops with more workers: what keeping the books of many lanes costs. */
const manyLanes = lanes => ({
  unit: 'us',
  title: `a1 with ${lanes} worker${lanes === 1 ? '' : 's'}`,
  adapters: ['rxboss-boss'],
  run: async (adapter, { quick }) => {
    const n = quick ? 10_000 : 100_000
    const pool = await adapter.open({ task: 'noop', size: lanes })
    const { make, check, verify } = numbers()
    const meter = await drive(pool, { n, warm: [n, n], inFlight: Number.POSITIVE_INFINITY, make, check })
    verify([n, n, n])
    return { value: meter.us / n, mainUs: meter.mainUs / n, cpuUs: meter.cpuUs / n, n }
  },
})

/** Who has child processes; and a Boss with threads, to compare. */
const withProcesses = [
  'rxboss-boss',
  'rxboss-processes',
  'workerpool-process',
  'tinypool-process',
  'jest-worker-process',
]

/** Who gives a promise for each task; and `give` with `reports$`, to compare. */
const withPromises = [
  'rxboss-boss',
  'rxboss-run',
  'piscina-sync',
  'piscina-off16',
  'tinypool-off16',
  'workerpool',
  'knitting',
]

export const workloads = {
  a1: bulk({ title: 'no-op, all at once', ...noops(Number.POSITIVE_INFINITY) }),
  a2: bulk({ title: 'no-op, 64 in flight', ...noops(64) }),
  a3: bulk({ title: 'no-op, 2048 in flight', ...noops(2048) }),
  b: bulk({
    title: '50 us of work',
    task: 'cpu',
    n: 20_000,
    warm: [10_000],
    inFlight: 64,
    values: lasting(50),
  }),
  pa: bulk({
    title: 'no-op, all at once, in child processes',
    ...noops(Number.POSITIVE_INFINITY),
    adapters: withProcesses,
    children: true, // what they use looks like that of others
  }),
  pb: bulk({
    title: '50 us of work, in child processes',
    task: 'cpu',
    n: 20_000,
    warm: [10_000],
    inFlight: 64,
    values: lasting(50),
    adapters: withProcesses,
    children: true, // what they use looks like that of others
  }),
  c: bulk({ title: '5 ms of work', task: 'cpu', n: 200, warm: [20], inFlight: 16, values: lasting(5000) }),
  d: bulk({
    title: '1 MB there and back',
    task: 'buf',
    n: 10_000,
    warm: [5000],
    inFlight: 8,
    values: buffers,
  }),
  e: bulk({
    title: 'an object of 2 KB there and back',
    task: 'echo',
    n: 20_000,
    warm: [10_000],
    inFlight: 64,
    values: objects,
  }),
  run: bulk({ title: 'no-op, 2000 in flight, a promise each', ...noops(2000), adapters: withPromises }),
  ...serve,
  fatal,
  flat,
  ...starve,
  f: { title: 'one call at a time (p50)', unit: 'us', not: ['raw-b'], run: oneByOne },
  g: { title: 'cold start', unit: 'ms', run: coldStart([]) },
  gx: { title: 'cold start, rxjs and io-ts loaded before', unit: 'ms', run: coldStart(['rxjs', 'io-ts']) },
  h: { title: 'ten million from a generator', unit: 'us', adapters: ['rxboss-delegate'], run: generator },
  m: { title: '200,000 waiting', unit: 'MB', run: heap },
  mixed: list(mixture(), { title: '300 tasks: 90 % 0.5 ms, 10 % 10 ms' }),
  uniform: list(Array(300).fill(1000), { title: '300 tasks of 1 ms' }),
  tiny: list(Array(8000).fill(20), { title: '8000 tasks of 20 us' }),
  behind: list([300_000, ...Array(40).fill(1700)], {
    title: '40 tasks of 1.7 ms, given after one of 300 ms',
    counts: us => us < 10_000,
  }),
  idle: { title: 'turns of the main loop in 3 s of idling', unit: '', run: idle },
  actor: messages({ title: 'a message to an actor' }, told),
  'actor-self': messages({ title: 'a message from an actor to itself' }, toItself),
  'actor-thread': placed({ title: 'a message to an actor on a thread, decoded' }, toldThere),
  'actor-thread-out': placed({ title: 'a number there, and out again' }, (rxboss, n) =>
    toldThere(rxboss, n, true),
  ),
  'actor-ask': placed(
    {
      title: 'a question to an actor on a thread, one at a time',
      most: 20_000,
      adapters: ['raw-a', 'rxboss-placed', 'comlink'],
    },
    askedThere,
  ),
  'actor-ask-64': placed(
    {
      title: 'the same, 64 in flight',
      most: 100_000,
      adapters: ['raw-a', 'rxboss-placed', 'comlink'],
    },
    (opened, n) => askedThere(opened, n, 64),
  ),
  'actor-pingpong': messages({ title: 'a message between two actors' }, pingPong),
  ...Object.fromEntries([1, 2, 4, 16, 64].map(lanes => [`lanes-${lanes}`, manyLanes(lanes)])),
}

/** Whether an adapter takes part in a workload. */
export function takesPart(adapter, id) {
  const { adapters, not = [] } = workloads[id]
  if (adapters !== undefined) return adapters.includes(adapter.name)
  if (not.includes(adapter.name) || adapter.not?.includes(id)) return false
  return adapter.only === undefined || adapter.only.includes(id)
}
