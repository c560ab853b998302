/**
 * A pool in a server: requests that come whether or not the earlier ones are answered, thousands of promises at once, inputs
 * that end their thread, a boss that runs for ever.
 */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'

import { drive } from './drive.mjs'
import { startMeter } from './meter.mjs'
import { cpu } from './tasks.mjs'
import { now } from './workers/arrivals.mjs'

const size = 2

const takingPart = [
  'ideal',
  'rxboss-run',
  'piscina-sync',
  'piscina-off16',
  'tinypool',
  'tinypool-off16',
  'workerpool',
  'poolifier',
  'knitting',
]

/** The same numbers every time, even over (0, 1). */
function seeded(seed) {
  let x = seed
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    return (x + 0.5) / 2 ** 32
  }
}

/** Tasks of 1 ms that come one by one, at random, at such a part of what two threads can do. */
const atRandom = load => n => {
  const random = seeded(7)
  let at = 0
  return Float64Array.from({ length: n }, () => {
    at -= (Math.log(random()) * 1000) / (size * load)
    return at
  })
}

/** The same tasks, a hundred at once. */
const inBursts = (count, everyMs) => n =>
  Float64Array.from({ length: n }, (_, i) => Math.floor(i / count) * everyMs * 1000)

export const serve = {
  'serve-50': arriving('1 ms tasks at random, half of what two threads can do', atRandom(0.5), 6000),
  'serve-80': arriving('1 ms tasks at random, 80 % of what two threads can do', atRandom(0.8), 8000),
  'serve-bursts': arriving('1 ms tasks, 100 at once every 100 ms', inBursts(100, 100), 6000),
}

/** Open loop. Each is counted from when it was due: a pool that holds main up does not hide it. */
function arriving(title, dueOf, most) {
  return {
    title: `${title} (p50)`,
    unit: 'us',
    adapters: takingPart,
    run: async (adapter, { quick, perUs }) => {
      const dueUs = dueOf(quick ? most / 10 : most)
      const { times, ...costs } =
        adapter.name === 'ideal' ? { times: twoServers(dueUs) } : await served(adapter, dueUs, perUs)
      times.sort()
      const at = part => times[Math.floor(times.length * part)]
      return { value: at(0.5), p99: at(0.99), p999: at(0.999), ...costs, n: times.length }
    },
  }
}

/** First come, first served by two who do nothing else, and know nothing of messages. */
function twoServers(dueUs) {
  const freeAt = Array(size).fill(0)
  return dueUs.map(due => {
    const first = freeAt.indexOf(Math.min(...freeAt))
    freeAt[first] = Math.max(freeAt[first], due) + 1000
    return freeAt[first] - due
  })
}

async function served(adapter, dueUs, perUs) {
  const iterations = Math.round(1000 * perUs)
  const expected = cpu(iterations)
  const pool = await adapter.open({ task: 'cpu', size })
  const check = result => {
    if (result !== expected) throw new Error(`the result is ${result}, not ${expected}`)
  }
  const make = () => iterations
  await drive(pool, { n: 1500, warm: [], inFlight: 4, make, check })
  const times = new Float64Array(dueUs.length)
  const stop = startMeter()
  const clock = new Worker(new URL('workers/arrivals.mjs', import.meta.url))
  await new Promise((resolve, reject) => {
    let start
    let come = 0
    let left = dueUs.length
    const request = i => {
      pool
        .call(iterations)
        .then(result => {
          check(result)
          times[i] = now() - start - dueUs[i]
          if (--left === 0) resolve()
        })
        .catch(reject)
    }
    clock.on('message', message => {
      if (start === undefined) start = message
      else for (const end = come + message; come < end; ) request(come++)
    })
    clock.postMessage(dueUs)
  })
  const { mainUs, cpuUs } = stop()
  await clock.terminate()
  return { times, mainUs: mainUs / times.length, cpuUs: cpuUs / times.length }
}

/** 2,000 tasks of 1 ms, of which 20 end their thread; beside the time of 1,980 good ones and of 20 starts of a thread. */
export const fatal = {
  title: '2000 tasks of 1 ms, of which 1 % end their thread',
  unit: 'ms',
  adapters: ['rxboss-run', 'piscina-sync', 'tinypool', 'workerpool'],
  run: async (adapter, { quick, perUs }) => {
    const n = quick ? 400 : 2000
    const pool = await adapter.open({ task: 'fatal', size })
    const all = ends => together(pool, { n, iterations: Math.round(1000 * perUs), ends })
    await all(() => false)
    const good = await all(() => false)
    const bad = await all(i => i % 100 === 50)
    const startMs = await startOfThread(adapter)
    if (bad.done !== n * 0.99 || bad.failed !== n / 100)
      throw new Error(`${bad.done} done, ${bad.failed} failed`)
    return {
      value: bad.ms,
      goodMs: good.ms,
      startMs,
      ofBound: bad.ms / (1.5 * good.ms + (n / 100) * startMs),
      n,
    }
  },
}

/** Another pool of one thread, until its first answer. */
async function startOfThread(adapter) {
  const start = performance.now()
  const pool = await adapter.open({ task: 'fatal', size: 1 })
  await pool.call(1)
  return performance.now() - start
}

async function together(pool, { n, iterations, ends }) {
  const start = performance.now()
  const settled = await Promise.allSettled(
    Array.from({ length: n }, (_, i) => pool.call(ends(i) ? -1 : iterations)),
  )
  const done = settled.filter(({ status }) => status === 'fulfilled').length
  return { ms: performance.now() - start, done, failed: n - done }
}

/** A million promises, 2000 at a time: what of them is still there afterwards. */
export const flat = {
  title: 'heap after a million runs, above that after 10,000',
  unit: 'MB',
  adapters: ['rxboss-run'],
  run: async (adapter, { quick }) => {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc')
    const heap = () => {
      gc()
      return process.memoryUsage().heapUsed / 2 ** 20
    }
    const n = quick ? 100_000 : 1_000_000
    const pool = await adapter.open({ task: 'noop', size })
    const { make, check } = { make: i => i, check: result => result > 0 || fail(result) }
    const before = await drive(pool, { n: 10_000, warm: [], inFlight: 2000, make, check }).then(heap)
    await drive(pool, { n, warm: [], inFlight: 2000, make, check })
    return { value: heap() - before, n }
  },
}

function fail(result) {
  throw new Error(`the result is ${result}`)
}
