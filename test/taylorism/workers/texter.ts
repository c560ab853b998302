/** Returns so many letters. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'texter',
  attr: { letters: t.Int },
  work: ({ letters }) => 'x'.repeat(letters),
})
