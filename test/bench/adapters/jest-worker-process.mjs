/** jest-worker with child processes, as it comes. */

import { fileURLToPath } from 'node:url'

import { promised } from './promised.mjs'

const file = fileURLToPath(new URL('../tasks.mjs', import.meta.url))

export default {
  name: 'jest-worker-process',
  label: 'jest-worker, processes',
  kind: 'peer',
  packages: ['jest-worker'],
  only: ['pa', 'pb'],
  most: { pa: 10_000, pb: 10_000 },
  open: async ({ task, size }) => {
    const { Worker } = await import('jest-worker')
    const pool = new Worker(file, { numWorkers: size, exposedMethods: [task] })
    return promised(value => pool[task](value))
  },
}
