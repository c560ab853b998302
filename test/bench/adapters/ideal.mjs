/** The list divided beforehand, the longest first: one message for each worker. Nobody can know durations like that. */

import { Worker } from 'node:worker_threads'

export default {
  name: 'ideal',
  label: 'ideal: divided beforehand',
  kind: 'limit',
  only: ['b', 'c', 'mixed', 'uniform', 'tiny', 'behind', 'serve-50', 'serve-80', 'serve-bursts'],
  open: ({ task, size }) => {
    const workers = Array.from(
      { length: size },
      () => new Worker(new URL('../workers/raw-batch.mjs', import.meta.url), { workerData: { task } }),
    )
    return {
      /** Values are iterations of `cpu`, so they are durations, too. */
      whole: (values, { receive }) =>
        Promise.all(divide(values, size).map((share, i) => answers(workers[i], share, receive))),
    }
  },
}

function divide(values, size) {
  const shares = Array.from({ length: size }, () => ({ values: [], sum: 0 }))
  for (const value of [...values].sort((a, b) => b - a)) {
    const share = shares.reduce((best, one) => (one.sum < best.sum ? one : best))
    share.values.push(value)
    share.sum += value
  }
  return shares.map(({ values }) => values)
}

const answers = (worker, values, receive) =>
  new Promise(resolve => {
    worker.once('message', results => {
      for (const result of results) receive(result)
      resolve()
    })
    worker.postMessage(values)
  })
