/** A consumer of plain BullMQ, with nothing to do. */

import { Worker } from 'bullmq'
import { Redis } from 'ioredis'

const connection = new Redis(process.argv[2], { maxRetriesPerRequest: null })
const worker = new Worker('plain', async job => job.data.n + 1, { connection, concurrency: 32 })
await worker.waitUntilReady()
process.stderr.write('works on plain\n')
process.once('SIGTERM', () => void worker.close().then(() => process.exit(0)))
