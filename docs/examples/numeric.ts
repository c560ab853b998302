/**
 * taylorism's three numeric examples on shared memory: a sum, logarithms, a matrix product. Nothing is copied to a thread.
 *
 *     npm run example numeric
 */

import { runAsServer, SharedArray } from 'rxboss'

import logarithmer from './logarithmer.ts'
import matrixProducter from './matrix-producter.ts'
import summer from './summer.ts'

/** Ten workers add to one number, under its lock. */
async function sum(): Promise<number> {
  const sharedSum = SharedArray.of('int32', 1)
  await using boss = runAsServer({
    workers: summer,
    common: { sharedSum },
    individual: { value: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  })
  await boss.waitTillFinished()
  return sharedSum.get(0)
}

/** Each row of a matrix is replaced by its logarithms, a worker for each. */
async function logarithms(): Promise<unknown> {
  const array = SharedArray.from([
    [1, Math.E],
    [Math.E ** 2, Math.E ** 3],
  ])
  await using boss = runAsServer({ workers: logarithmer, common: { array }, individual: { row: [0, 1] } })
  await boss.waitTillFinished()
  return array.toArray()
}

/** C = A·B, block by block. */
async function product(): Promise<unknown> {
  const a = SharedArray.from([
    [1, 2],
    [3, 4],
  ])
  const b = SharedArray.from([
    [5, 6],
    [7, 8],
  ])
  const c = SharedArray.of('float64', 2, 2)
  await using boss = runAsServer({
    workers: matrixProducter,
    common: { a, b, c, columns: [0, 2] },
    individual: {
      rows: [
        [0, 1],
        [1, 2],
      ],
    },
  })
  await boss.waitTillFinished()
  return c.toArray()
}

console.log('sum', await sum())
console.log('logarithms', JSON.stringify(await logarithms()))
console.log('product', JSON.stringify(await product()))
