/** Poolifier's fixed pool, which sends every task at once to the worker that has least. */

import { fileURLToPath } from 'node:url'

import { promised } from './promised.mjs'

const file = fileURLToPath(new URL('../workers/poolifier.mjs', import.meta.url))

export default {
  name: 'poolifier',
  label: 'poolifier',
  kind: 'peer',
  packages: ['poolifier'],
  most: { a1: 20_000, a2: 20_000, a3: 20_000 },
  notes: { d: 'copies the buffer back' },
  open: async ({ task, size }) => {
    const { FixedThreadPool } = await import('poolifier')
    const pool = new FixedThreadPool(size, file, { errorHandler: error => console.error(error) })
    return promised(
      task === 'buf'
        ? value => pool.execute(value, task, undefined, [value])
        : value => pool.execute(value, task),
    )
  },
}
