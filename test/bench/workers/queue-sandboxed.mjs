/** A consumer of plain BullMQ whose work runs in threads, as its documentation advises for work that computes. */

import { fileURLToPath } from 'node:url'

import { Worker } from 'bullmq'
import { Redis } from 'ioredis'

const [url, threads] = process.argv.slice(2)
const connection = new Redis(url, { maxRetriesPerRequest: null })
const worker = new Worker('plain', fileURLToPath(new URL('./queue-processor.mjs', import.meta.url)), {
  connection,
  concurrency: Number(threads),
  useWorkerThreads: true,
})
await worker.waitUntilReady()
process.stderr.write('works on plain\n')
process.once('SIGTERM', () => void worker.close().then(() => process.exit(0)))
