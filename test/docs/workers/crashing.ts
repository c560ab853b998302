/** Fails as it is told. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'crashing',
  attr: { how: { type: t.string, values: ['throw', 'exit', 'not at all'] } },
  work: ({ how }) => {
    if (how === 'throw') throw new TypeError('as asked')
    if (how === 'exit') process.exit(3)
    return how
  },
})
