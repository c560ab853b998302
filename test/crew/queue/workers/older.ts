/** `square`, as it was before. */

import * as t from 'io-ts'

import { defineWorker } from '../../../../src/entries/worker.ts'

export const square = defineWorker(import.meta, {
  name: 'square',
  version: '1',
  attr: { n: t.number },
  work: ({ n }) => n + n,
})
