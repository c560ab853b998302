/** jest-worker, with threads. */

import { fileURLToPath } from 'node:url'

import { promised } from './promised.mjs'

const file = fileURLToPath(new URL('../tasks.mjs', import.meta.url))

export default {
  name: 'jest-worker',
  label: 'jest-worker',
  kind: 'peer',
  packages: ['jest-worker'],
  most: { a1: 20_000, a2: 20_000, a3: 20_000 },
  notes: { d: 'copies both ways' },
  open: async ({ task, size }) => {
    const { Worker } = await import('jest-worker')
    const pool = new Worker(file, { numWorkers: size, enableWorkerThreads: true, exposedMethods: [task] })
    return promised(value => pool[task](value))
  },
}
