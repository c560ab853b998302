/** A bare worker thread: one message, one answer. */

import { parentPort, workerData } from 'node:worker_threads'

import * as tasks from '../tasks.mjs'

const { [workerData.task]: work } = tasks
const moves = workerData.task === 'buf'

parentPort.on('message', value => {
  const result = work(value)
  if (moves) parentPort.postMessage(result, [result])
  else parentPort.postMessage(result)
})
