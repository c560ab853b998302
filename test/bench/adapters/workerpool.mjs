/** Workerpool with threads, all of them started beforehand. */

import { fileURLToPath } from 'node:url'

import { promised } from './promised.mjs'

const file = fileURLToPath(new URL('../workers/workerpool.mjs', import.meta.url))

export default {
  name: 'workerpool',
  label: 'workerpool',
  kind: 'peer',
  packages: ['workerpool'],
  most: { a1: 20_000, a2: 20_000, a3: 20_000 },
  open: async ({ task, size }) => {
    const { default: workerpool } = await import('workerpool')
    const pool = workerpool.pool(file, { workerType: 'thread', minWorkers: size, maxWorkers: size })
    return promised(
      task === 'buf'
        ? value => pool.exec(task, [value], { transfer: [value] })
        : value => pool.exec(task, [value]),
    )
  },
}
