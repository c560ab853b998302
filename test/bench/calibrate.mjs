/**
 * How many iterations of `cpu` last a microsecond of CPU while both workers are busy: the best of several tries. Counted
 * in CPU time, so that other processes do not make the work of a whole run shorter than it should be.
 */

import { Worker } from 'node:worker_threads'

const iterations = 10_000_000
const tries = 12

export async function calibrate() {
  const workers = [1, 2].map(
    () => new Worker(new URL('workers/raw.mjs', import.meta.url), { workerData: { task: 'cpu' } }),
  )
  let best = 0
  for (let i = 0; i < tries; i++) {
    const before = process.cpuUsage()
    await Promise.all(workers.map(answer))
    const { user, system } = process.cpuUsage(before)
    best = Math.max(best, (iterations * workers.length) / (user + system))
  }
  await Promise.all(workers.map(worker => worker.terminate()))
  return best
}

const answer = worker =>
  new Promise(resolve => {
    worker.once('message', resolve)
    worker.postMessage(iterations)
  })
