/** Says as much as it can. */

import * as t from 'io-ts'

import { defineWorker } from '../../../dist/lib/worker.js'

export default defineWorker(import.meta, {
  name: 'talk',
  attr: { size: t.number },
  work: async function* ({ size }) {
    const text = 'x'.repeat(size)
    for (let i = 0; ; i++) yield size === 0 ? i : text
  },
})
