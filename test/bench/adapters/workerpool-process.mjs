/** Workerpool with child processes, all of them started beforehand. */

import { fileURLToPath } from 'node:url'

import { promised } from './promised.mjs'

const file = fileURLToPath(new URL('../workers/workerpool.mjs', import.meta.url))

export default {
  name: 'workerpool-process',
  label: 'workerpool, processes',
  kind: 'peer',
  packages: ['workerpool'],
  only: ['pa', 'pb'],
  most: { pa: 10_000, pb: 10_000 },
  open: async ({ task, size }) => {
    const { default: workerpool } = await import('workerpool')
    const pool = workerpool.pool(file, { workerType: 'process', minWorkers: size, maxWorkers: size })
    return promised(value => pool.exec(task, [value]))
  },
}
