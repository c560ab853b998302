/** Replaces one row of a shared matrix by its logarithms. Rows are different memory: nothing needs a lock. */

import * as t from 'io-ts'

import { defineWorker, sharedArray } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'logarithmer',
  info: 'Replaces a row of a shared matrix by its logarithms.',
  attr: { array: sharedArray('float64', 2), row: t.Int },
  work: ({ array, row }) => {
    const numbers = array.row(row)
    for (let i = 0; i < numbers.length; i++) numbers[i] = Math.log(numbers[i] ?? Number.NaN)
  },
})
