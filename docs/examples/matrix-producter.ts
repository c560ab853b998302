/**
 * Fills one block of C = A·B, all three shared:
 *
 *     rows [from, to) of A  ×  columns [from, to) of B  ──►  that block of C
 *
 * Blocks that do not overlap need no lock.
 */

import * as t from 'io-ts'

import { defineWorker, sharedArray } from 'rxboss/worker'

const Matrix = sharedArray('float64', 2)
const Span = t.tuple([t.Int, t.Int])

export default defineWorker(import.meta, {
  name: 'matrix-producter',
  info: 'Fills one block of the product of two shared matrices.',
  attr: {
    a: Matrix,
    b: Matrix,
    c: Matrix,
    rows: { type: Span, info: 'From, and up to but without.' },
    columns: { type: Span, info: 'From, and up to but without.' },
  },
  work: ({ a, b, c, rows, columns }) => {
    const [, inner = 0] = a.shape
    for (let i = rows[0]; i < rows[1]; i++) {
      for (let j = columns[0]; j < columns[1]; j++) {
        let sum = 0
        for (let k = 0; k < inner; k++) sum += a.get(i, k) * b.get(k, j)
        c.set(sum, i, j)
      }
    }
  },
})
