/**
 * The bare lane against raw threads (B: up to 256 items a message, two messages under way per worker).
 *
 *     node test/bench/lane.mjs                  all workloads, 5 rounds, one process per measurement, interleaved
 *     node test/bench/lane.mjs a1,b --rounds 9
 *     node test/bench/lane.mjs run a1 lane      one measurement, in this process
 */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

import { cpu } from './tasks.mjs'

const workers = 2
/** Measured on the reference machine with both workers busy; fixed, so that a busy machine does not change the task. */
const iterationsPerUs = 580

/** id: task, items, warm-up, in flight. */
const workloads = {
  a1: { task: 'noop', n: 100_000, warm: 100_000, window: Number.POSITIVE_INFINITY },
  a2: { task: 'noop', n: 100_000, warm: 100_000, window: 64 },
  a3: { task: 'noop', n: 100_000, warm: 100_000, window: 2048 },
  b: { task: 'cpu', n: 20_000, warm: 10_000, window: 64, us: 50 },
  d: { task: 'buf', n: 10_000, warm: 5000, window: 8 },
  e: { task: 'echo', n: 20_000, warm: 10_000, window: 64 },
  f: { task: 'noop', n: 4000, warm: 1500, window: 1 },
}

function compare(command) {
  const ids = command && !command.startsWith('--') ? command.split(',') : Object.keys(workloads)
  const at = process.argv.indexOf('--rounds')
  const rounds = at < 0 ? 5 : Number(process.argv[at + 1])
  for (const id of ids) {
    const times = { raw: [], lane: [] }
    for (let round = 0; round < rounds; round++) {
      for (const adapter of round % 2 ? ['lane', 'raw'] : ['raw', 'lane']) {
        const ran = spawnSync(process.execPath, [fileURLToPath(import.meta.url), 'run', id, adapter])
        if (ran.status !== 0) throw new Error(String(ran.stderr))
        times[adapter].push(JSON.parse(String(ran.stdout)))
      }
    }
    const median = (list, key) => list.map(one => one[key]).sort((a, b) => a - b)[list.length >> 1]
    const least = (list, key) => Math.min(...list.map(one => one[key]))
    const line = (name, figures) =>
      `${name} ${figures[0].toFixed(2)} / ${figures[1].toFixed(2)} = ${(figures[0] / figures[1]).toFixed(2)}`
    const both = (of, key) => [of(times.lane, key), of(times.raw, key)]
    console.log(
      `${id.padEnd(3)} us per item, lane / raw   ${line('median', both(median, 'us'))}   ` +
        `${line('least part', both(least, 'leastUs'))}   ${line('its cpu', both(least, 'leastCpuUs'))}`,
    )
  }
}

async function measure(id, adapter) {
  const { task, n, warm, window, us } = workloads[id]
  const make = await itemsOf(task, us)
  const run = adapter === 'raw' ? raw(task, window) : await lanes(task, window)
  for (let done = 0; done < warm; done += n / 2) await run(make(n / 2))()
  // In 20 parts, so that the least of them tells something on a machine that others use too.
  const parts = []
  for (let part = 0; part < 20; part++) {
    const items = make(n / 20)
    const expected = check(task, items)
    const start = run(items)
    const cpuBefore = process.cpuUsage()
    const began = performance.now()
    const got = await start()
    const ms = performance.now() - began
    const spent = process.cpuUsage(cpuBefore)
    if (got !== expected) throw new Error(`wrong result: ${got} instead of ${expected}`)
    parts.push({ us: (ms * 20_000) / n, cpuUs: ((spent.user + spent.system) * 20) / n })
  }
  setTimeout(() => process.exit(0), 0)
  const least = key => Math.min(...parts.map(part => part[key]))
  const mean = key => parts.reduce((sum, part) => sum + part[key], 0) / 20
  return { us: mean('us'), cpuUs: mean('cpuUs'), leastUs: least('us'), leastCpuUs: least('cpuUs') }
}

async function itemsOf(task, us) {
  if (task === 'noop') return n => Array.from({ length: n }, (_, i) => i)
  if (task === 'cpu') return n => new Array(n).fill(us * iterationsPerUs)
  if (task === 'buf') {
    const buffers = Array.from({ length: 8 }, () => new ArrayBuffer(1 << 20))
    return n => ({ length: n, buffers })
  }
  return n =>
    Array.from({ length: n }, (_, id) => ({
      id,
      name: `item ${id}`,
      seen: false,
      tags: ['red', 'green', 'blue'],
      rows: Array.from({ length: 24 }, (_, k) => ({ k, v: k * 1.5, s: `row ${k}`, f: k % 2 === 0 })),
      note: 'x'.repeat(200),
    }))
}

const check = (task, items) => {
  if (task === 'noop') return items.reduce((sum, n) => sum + n + 1, 0)
  if (task === 'cpu') return cpu(items[0]) * items.length
  if (task === 'buf') return items.length
  return items.reduce((sum, { id }) => sum + id, 0)
}

const sumOf = {
  noop: result => result,
  cpu: result => result,
  buf: result => (result.byteLength === 1 << 20 ? 1 : 0),
  echo: ({ id, seen }) => (seen ? id : Number.NaN),
}

/** Buffers are used again: an item is whichever is free. */
const source = items => {
  if (items.buffers === undefined) return { at: i => items[i], back: () => {} }
  const free = items.buffers
  return { at: () => free.pop(), back: result => free.push(result) }
}

function raw(task, window) {
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL('./lane-raw.mjs', import.meta.url)),
  )
  const most = Number(process.env.RAW_MOST) || Math.max(1, Math.min(256, window / (2 * workers)))
  return items => () =>
    new Promise(resolve => {
      const { at, back } = source(items)
      let next = 0
      let open = 0
      let done = 0
      let sum = 0
      const underWay = threads.map(() => 0)
      const feed = w => {
        while (underWay[w] < (process.env.RAW_MOST ? 256 : 2) && next < items.length && open < window) {
          const batch = []
          while (batch.length < most && next < items.length && open < window) {
            batch.push(at(next++))
            open++
          }
          underWay[w]++
          threads[w].postMessage([task, batch], task === 'buf' ? batch : undefined)
        }
      }
      threads.forEach((thread, w) => {
        thread.removeAllListeners('message')
        thread.on('message', results => {
          underWay[w]--
          open -= results.length
          done += results.length
          for (const result of results) {
            sum += sumOf[task](result)
            back(result)
          }
          if (done === items.length) resolve(sum)
          else feed(w)
        })
      })
      threads.forEach((_, w) => {
        feed(w)
      })
    })
}

async function lanes(task, window) {
  const { threads } = await import('../../dist/src/crew/threads/threads.js')
  const definition = (await import('./lane-workers.mjs'))[task]
  const crew = threads({ size: workers })
  const attributes = []
  const orders = {
    definitionOf: () => 0,
    idOf: job => job,
    attributesOf: job => attributes[job],
    attemptOf: () => 1,
    nameOf: () => undefined,
  }
  let hear = () => {}
  const open = Array.from({ length: workers }, (_, ticket) => {
    const lane = crew.open({
      ticket,
      definitions: [definition],
      orders,
      hooks: [],
      graceMs: 1000,
      ahead: true,
    })
    return new Promise(ready => {
      lane.events$.subscribe(event => {
        if (event.type === 'ready') ready(lane)
        else hear(lane, event)
      })
    })
  })
  const all = await Promise.all(open)
  const key = { noop: 'n', cpu: 'n', buf: 'buffer', echo: 'value' }[task]
  const { transfer } = await import('../../dist/src/words/transfer.js')
  return items => {
    // What a boss holds anyway: the decoded attributes of each instruction.
    attributes.length = 0
    if (items.buffers === undefined)
      for (let i = 0; i < items.length; i++) attributes.push({ [key]: items[i] })
    return () => start(items)
  }

  function start(items) {
    return new Promise((resolve, reject) => {
      const { at, back } = source(items)
      let next = 0
      let inFlight = 0
      let done = 0
      let sum = 0
      const feed = (lane, most) => {
        for (
          let room = Math.min(lane.room(0), most);
          room > 0 && next < items.length && inFlight < window;
          room--
        ) {
          if (task === 'buf') {
            const buffer = at(next)
            attributes[next] = { buffer: transfer(buffer, [buffer]) }
          }
          lane.give(next++)
          inFlight++
        }
      }
      hear = (lane, event) => {
        if (event.type !== 'done') return reject(new Error(JSON.stringify(event)))
        const { results } = event
        inFlight -= results.length
        done += results.length
        for (let i = 0; i < results.length; i++) {
          sum += sumOf[task](results[i])
          back(results[i])
          attributes[event.jobs[i]] = undefined
        }
        if (done === items.length) return resolve(sum)
        feed(lane, Number.POSITIVE_INFINITY)
        for (const other of all) if (other !== lane && inFlight < window) feed(other, window - inFlight)
      }
      for (const lane of all) feed(lane, window / workers)
    })
  }
}

const [command, ...rest] = process.argv.slice(2)
if (command === 'run') console.log(JSON.stringify(await measure(rest[0], rest[1])))
else compare(command)
