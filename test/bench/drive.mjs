/**
 * Drives a pool: keeps exactly `inFlight` values given and not yet answered, and checks every result.
 *
 * There are three shapes of pool. Most have `give`, and call `receive` with each result. `stream` takes a generator and
 * decides by itself how much is under way; `whole` takes the whole list beforehand.
 */

import { startMeter } from './meter.mjs'

/**
 * @param job  `n` values, made by `make(i, result)`, where `result` is the one that made room for it; `check` sees every
 *   result. With `warm`, so many come before them and are not counted
 * @returns what the meter says
 */
export async function drive(pool, job) {
  if (pool.stream !== undefined) return streamed(pool, job)
  const run = pool.whole === undefined ? inWindow(pool, job) : n => divided(pool, { ...job, n })
  for (const n of job.warm) await run(n)
  return run(job.n)
}

/** The same functions for the warm-up and for what counts: new ones would be compiled in the middle of it. */
function inWindow(pool, { inFlight, make, check }) {
  let total = 0
  let given = 0
  let settled = 0
  let finish
  pool.receive = result => {
    check(result)
    if (++settled === total) finish()
    else if (given < total) pool.give(make(given++, result))
  }
  return n =>
    new Promise((resolve, reject) => {
      total = n
      given = 0
      settled = 0
      const stop = startMeter()
      finish = () => resolve(stop())
      pool.fail = reject
      while (given < n && given < inFlight) pool.give(make(given++))
    })
}

async function divided(pool, { n, make, check }) {
  const values = Array.from({ length: n }, (_, i) => make(i))
  const stop = startMeter()
  let meter
  let settled = 0
  const receive = result => {
    check(result)
    if (++settled === n) meter = stop()
  }
  await pool.whole(values, { receive })
  return meter
}

/** One stream, since each has threads of its own: the time from the last result of the warm-up to the last of all. */
async function streamed(pool, { n, warm, make, check }) {
  const before = warm.reduce((sum, one) => sum + one, 0)
  let settled = 0
  let stop
  let meter
  const receive = result => {
    check(result)
    settled++
    if (settled === before) stop = startMeter()
    else if (settled === before + n) meter = stop()
  }
  await pool.stream(series(before + n, make), { receive })
  return meter
}

function* series(n, make) {
  for (let i = 0; i < n; i++) yield make(i)
}
