/**
 * Command lines by lot, as many as you like: `node dist/test/cli/random/main.js [count] [first seed] [at
 * once]`. One seed alone: `node dist/test/cli/random/main.js 1 SEED`.
 */

import { availableParallelism } from 'node:os'

import { flawsOf } from './check.ts'

const [count = 1000, first = 1, atOnce = 2 * availableParallelism()] = process.argv.slice(2).map(Number)
const flaws = await flawsOf(
  Array.from({ length: count }, (_, i) => first + i),
  done => {
    if (done % 100 === 0) process.stderr.write(`${done} of ${count}\n`)
  },
  atOnce,
)
for (const flaw of flaws) console.log(flaw)
console.log(`${count} command lines, ${flaws.length} not as they should be`)
process.exitCode = flaws.length === 0 ? 0 : 1
