/** threads.js's own pool. It does 1,600 tasks a second, so it is given fewer. */

import { promised } from './promised.mjs'

export default {
  name: 'threads-pool',
  label: 'threads.js, Pool',
  kind: 'peer',
  packages: ['threads'],
  most: { a1: 4000, a2: 4000, a3: 4000, b: 4000, d: 2000, e: 4000, f: 500, m: 4000, tiny: 4000 },
  open: async ({ task, size }) => {
    const { Pool, spawn, Transfer, Worker } = await import('threads')
    const pool = Pool(() => spawn(new Worker('../workers/threads.mjs')), { size, concurrency: 1 })
    return promised(
      task === 'buf'
        ? value => pool.queue(worker => worker[task](Transfer(value, [value])))
        : value => pool.queue(worker => worker[task](value)),
    )
  },
}
