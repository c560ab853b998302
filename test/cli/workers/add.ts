/** Adds 1. Instruction: `{ n }`. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'add',
  attr: { n: t.number },
  work: ({ n }) => n + 1,
})
