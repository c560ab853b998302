/** Never ends. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

function spinForEver(n: number): number {
  let sum = n
  for (;;) sum += once(sum)
}

function once(n: number): number {
  let sum = 0
  for (let i = 0; i < 1e5; i++) sum += Math.sqrt(i + n)
  return sum % 2
}

export default defineWorker(import.meta, {
  name: 'spins',
  attr: { n: t.number },
  work: ({ n }) => spinForEver(n),
})
