/** Replaces a row of a shared matrix by its logarithms. */

import * as t from 'io-ts'

import { defineWorker, sharedArray } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'logarithmer',
  attr: { array: sharedArray('float64', 2), row: t.Int },
  work: ({ array, row }) => {
    const numbers = array.row(row)
    numbers.set(numbers.map(Math.log))
  },
})
