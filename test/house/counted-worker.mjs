/** A worker whose result is what ran in its thread since its last work, by V8's count. */

import { Session } from 'node:inspector/promises'
import { isMainThread } from 'node:worker_threads'

import * as t from 'io-ts'

import { defineWorker } from '../../dist/src/entries/worker.js'

const session = isMainThread ? undefined : new Session()
session?.connect()
await session?.post('Profiler.enable')
await session?.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

export default defineWorker(import.meta, {
  name: 'counted',
  attr: { limit: t.number },
  work: async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return result.filter(({ url }) => url.includes('/dist/src/'))
  },
})
