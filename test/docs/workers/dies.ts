/** Ends its process as it is told. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'dies',
  attr: { by: { type: t.string, values: ['SIGSEGV', 'nothing'] } },
  work: ({ by }) => {
    if (by === 'nothing') return 'fine'
    process.kill(process.pid, by)
    return new Promise(() => {})
  },
})
