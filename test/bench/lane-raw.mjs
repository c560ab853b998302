/** B: raw threads, a batch of items in, a batch of results out. */

import { parentPort } from 'node:worker_threads'

import { buf, cpu, echo, noop } from './tasks.mjs'

const tasks = { buf, cpu, echo, noop }

parentPort.on('message', ([task, items]) => {
  const work = tasks[task]
  const results = new Array(items.length)
  for (let i = 0; i < items.length; i++) results[i] = work(items[i])
  parentPort.postMessage(results, task === 'buf' ? results : undefined)
})
