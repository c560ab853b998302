/** Knitting: shared memory instead of messages. It is not on npm for every registry: `KNITTING` is the path of its `knitting.js`. */

import { pathToFileURL } from 'node:url'

import { promised } from './promised.mjs'

export default {
  name: 'knitting',
  label: 'knitting',
  kind: 'peer',
  only: ['a1', 'a2', 'a3', 'b', 'e', 'f', 'm', 'run', 'serve-50', 'serve-80', 'serve-bursts'],
  leftOut: () => {
    if (process.env.KNITTING === undefined) return 'KNITTING, the path of its knitting.js, is not set'
    return Number.parseInt(process.versions.node, 10) < 22 ? 'it needs Node 22' : undefined
  },
  open: async ({ task, size }) => {
    const { createPool } = await import(pathToFileURL(process.env.KNITTING).href)
    const { [task]: work } = await import('../workers/knitting.mjs')
    const pool = createPool({ threads: size })({ work })
    return promised(value => pool.call.work(value))
  },
}
