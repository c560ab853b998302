/** Says which type its value has, for texts that may mean two things. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'typed',
  attr: { id: t.string, count: { type: t.number, default: 0 }, flag: { type: t.boolean, default: false } },
  work: given => given,
})
