/** Takes long to start in a thread. */

import { isMainThread } from 'node:worker_threads'

import { defineWorker } from 'rxboss/worker'

if (!isMainThread) await new Promise(resolve => setTimeout(resolve, 20_000))

export default defineWorker(import.meta, { name: 'slow-start', work: () => 1 })
