/** Counts primes: the worker of most pages. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'primes',
  info: 'Counts the primes below a limit.',
  attr: { limit: t.Int },
  work: ({ limit }, task) => {
    let count = 0
    for (let n = 2; n < limit; n++) {
      if (isPrime(n)) count++
      if (n % 100_000 === 0) task.report({ done: n, total: limit })
    }
    return count
  },
})

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}
