/** Fills one block of C = A·B, all three shared: `height` rows from `row` on, `width` columns from `column` on. */

import * as t from 'io-ts'

import { defineWorker, sharedArray } from 'rxboss/worker'

const Matrix = sharedArray('float64', 2)

export default defineWorker(import.meta, {
  name: 'matrix-producter',
  attr: { a: Matrix, b: Matrix, c: Matrix, row: t.Int, column: t.Int, height: t.Int, width: t.Int },
  work: ({ a, b, c, row, column, height, width }) => {
    const [rows = 0, columns = 0] = c.shape
    for (let i = row; i < Math.min(row + height, rows); i++) {
      for (let j = column; j < Math.min(column + width, columns); j++) {
        let sum = 0
        for (let k = 0; k < (a.shape[1] ?? 0); k++) sum += a.get(i, k) * b.get(k, j)
        c.set(sum, i, j)
      }
    }
  },
})
