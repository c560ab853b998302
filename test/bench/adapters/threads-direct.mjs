/** threads.js: calls to spawned workers, by turns. */

import { promised } from './promised.mjs'

export default {
  name: 'threads-direct',
  label: 'threads.js, by turns',
  kind: 'peer',
  packages: ['threads'],
  most: { a1: 4000, a2: 20_000, a3: 4000, m: 4000 },
  open: async ({ task, size }) => {
    const { spawn, Transfer, Worker } = await import('threads')
    const workers = await Promise.all(
      Array.from({ length: size }, () => spawn(new Worker('../workers/threads.mjs'))),
    )
    let turn = 0
    return promised(value => workers[turn++ % size][task](task === 'buf' ? Transfer(value, [value]) : value))
  },
}
