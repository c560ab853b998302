/** Comlink: a proxy for each worker, by turns. It has no pool. */

import { Worker } from 'node:worker_threads'

import { promised } from './promised.mjs'

export default {
  name: 'comlink',
  label: 'comlink, by turns',
  kind: 'peer',
  packages: ['comlink'],
  most: { a1: 4000, a2: 20_000, a3: 20_000, m: 20_000 },
  open: async ({ task, size }) => {
    const { wrap, transfer } = await import('comlink')
    const { default: nodeEndpoint } = await import('comlink/dist/esm/node-adapter.mjs')
    const proxies = Array.from({ length: size }, () =>
      wrap(nodeEndpoint(new Worker(new URL('../workers/comlink.mjs', import.meta.url)))),
    )
    let turn = 0
    return promised(value => {
      const proxy = proxies[turn++ % size]
      return proxy[task](task === 'buf' ? transfer(value, [value]) : value)
    })
  },
}
