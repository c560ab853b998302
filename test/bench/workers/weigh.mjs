/** 10 ms of work on a row of a large table. */

import * as t from 'io-ts'

import { defineWorker } from '../../../dist/lib/worker.js'

export default defineWorker(import.meta, {
  name: 'weigh',
  attr: { table: t.array(t.type({ id: t.number, name: t.string })), n: t.number },
  work: ({ table, n }) => {
    const end = performance.now() + 10
    while (performance.now() < end);
    return table[n].id
  },
})
