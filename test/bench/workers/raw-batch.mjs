/** A bare worker thread that is given lists: one message of many values, one answer of as many results. */

import { parentPort, workerData } from 'node:worker_threads'

import * as tasks from '../tasks.mjs'

const { [workerData.task]: work } = tasks
const moves = workerData.task === 'buf'

parentPort.on('message', values => {
  const results = []
  for (let i = 0; i < values.length; i++) results.push(work(values[i]))
  parentPort.postMessage(results, moves ? results : undefined)
})
