/** The page of the browser's benchmark: each library in the same page, by turns, each result checked. */

import { transfer as comlinkTransfer, wrap } from 'comlink'
import { Boss, maxThreads, threads, transfer } from 'rxboss'
import { Pool, spawn, Transfer } from 'threads'
import workerpool from 'workerpool'

import { cpu } from '../tasks.mjs'
import { buf, cpu as cpuWorker, noop } from './rxboss-workers.mjs'

const size = 2
const web = url => new Worker(url, { type: 'module' })

/** Each opens a pool: `call` gives a promise of the result; `close` ends its workers. */
const pools = {
  rxboss: async task => {
    const boss = new Boss({
      workers: [{ noop, cpu: cpuWorker, buf }[task]],
      crew: threads({ worker: () => web(new URL('./rxboss.js', import.meta.url)) }),
      scheduler: maxThreads(size),
      keepReports: false,
    })
    let hear
    boss.reports$.subscribe(report => {
      if (report.kind !== 'done') throw new Error(`not done, but ${JSON.stringify(report)}`)
      hear(report.result)
    })
    boss.makeThemWork()
    return {
      receive: listener => {
        hear = listener
      },
      give: value => boss.give(task === 'buf' ? { buffer: transfer(value, [value]) } : { n: value }),
      close: () => boss.stopThemWorking(),
    }
  },
  comlink: async task => {
    const workers = Array.from({ length: size }, () => web(new URL('./comlink.js', import.meta.url)))
    const proxies = workers.map(worker => wrap(worker))
    let turn = 0
    return promised(
      value => proxies[turn++ % size][task](task === 'buf' ? comlinkTransfer(value, [value]) : value),
      () => {
        for (const worker of workers) worker.terminate()
      },
    )
  },
  workerpool: async task => {
    const pool = workerpool.pool(new URL('./workerpool.js', import.meta.url).href, {
      workerType: 'web',
      workerOpts: { type: 'module' },
      minWorkers: size,
      maxWorkers: size,
    })
    return promised(
      value => pool.exec(task, [value], task === 'buf' ? { transfer: [value] } : undefined),
      () => pool.terminate(true),
    )
  },
  'threads Pool': async task => {
    const pool = Pool(() => spawn(web(new URL('./threads.js', import.meta.url)), { timeout: 30_000 }), size)
    return promised(
      value => pool.queue(worker => worker[task](task === 'buf' ? Transfer(value, [value]) : value)),
      () => pool.terminate(true),
    )
  },
}

function promised(call, close) {
  let hear
  return {
    receive: listener => {
      hear = listener
    },
    give: value => void call(value).then(hear),
    close,
  }
}

/** `inFlight` values given and not answered, `n` in all: microseconds for each. */
async function drive(pool, { n, inFlight, make, check }) {
  let [given, settled] = [0, 0]
  const at = performance.now()
  await new Promise(resolve => {
    pool.receive(result => {
      check(result)
      if (++settled === n) return resolve()
      if (given < n) pool.give(make(given++, result))
    })
    while (given < Math.min(n, inFlight)) pool.give(make(given++))
  })
  return ((performance.now() - at) * 1000) / n
}

const noops = () => {
  let sum = 0
  return {
    make: i => i,
    check: result => {
      sum += result
    },
    verify: n => {
      if (sum !== (n * (n + 1)) / 2) throw new Error(`the sum of the results is ${sum}`)
    },
  }
}
const lasting = perUs => {
  const rounds = Math.round(50 * perUs)
  const expected = cpu(rounds)
  return {
    make: () => rounds,
    check: result => {
      if (result !== expected) throw new Error(`the result is ${result}, not ${expected}`)
    },
    verify: () => {},
  }
}
const buffers = () => ({
  make: (_, buffer = new ArrayBuffer(1 << 20)) => {
    const bytes = new Uint8Array(buffer)
    bytes[1] = bytes[0]
    return buffer
  },
  check: buffer => {
    const bytes = new Uint8Array(buffer)
    if (bytes.length !== 1 << 20 || bytes[0] !== ((bytes[1] + 1) & 255)) throw new Error('not that buffer')
  },
  verify: () => {},
})

const workloads = {
  a1: {
    task: 'noop',
    n: 20_000,
    most: { comlink: 4000, 'threads Pool': 4000 },
    inFlight: Infinity,
    values: noops,
  },
  b: { task: 'cpu', n: 4000, inFlight: 64, values: lasting },
  d: { task: 'buf', n: 2000, inFlight: 8, values: buffers },
}

/** How many rounds of `cpu` a microsecond has. */
function calibrate() {
  cpu(1e6)
  const at = performance.now()
  cpu(2e7)
  return 2e7 / ((performance.now() - at) * 1000)
}

const perUs = calibrate()

/** One measurement: warmed by as much as is measured, in workers of its own. */
globalThis.measure = async (id, library) => {
  const { task, n: usual, most = {}, inFlight, values } = workloads[id]
  const n = most[library] ?? usual
  const pool = await pools[library](task)
  let us = 0
  for (const _ of ['warm', 'measured']) {
    const { make, check, verify } = values(perUs)
    us = await drive(pool, { n, inFlight, make, check })
    verify(n)
  }
  await pool.close()
  return us
}
globalThis.libraries = Object.keys(pools)
globalThis.workloads = Object.keys(workloads)
