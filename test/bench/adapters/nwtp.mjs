/** node-worker-threads-pool. */

import { fileURLToPath } from 'node:url'

import { promised } from './promised.mjs'

const file = fileURLToPath(new URL('../workers/raw.mjs', import.meta.url))

export default {
  name: 'nwtp',
  label: 'node-worker-threads-pool',
  kind: 'peer',
  packages: ['node-worker-threads-pool'],
  most: { a1: 20_000, a2: 20_000, a3: 20_000 },
  notes: { d: 'copies the buffer there' },
  open: async ({ task, size }) => {
    const { StaticPool } = (await import('node-worker-threads-pool')).default
    const pool = new StaticPool({ size, task: file, workerData: { task } })
    return promised(value => pool.exec(value))
  },
}
