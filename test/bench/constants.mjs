/**
 * Constants: 100 instructions of 10 ms that have 100,000 small objects in common, on two threads. Ideal: 0.5 s.
 *
 *     node test/bench/constants.mjs
 */

import { Boss, threads } from '../../dist/lib/index.js'

import weigh from './workers/weigh.mjs'

const table = Array.from({ length: 100_000 }, (_, id) => ({ id, name: `row ${id}` }))
const boss = new Boss({ workers: [weigh], crew: threads({ size: 2 }) })
boss.setInstructions({ common: { table }, individual: { n: Array.from({ length: 100 }, (_, n) => n) } })
boss.end()
const began = performance.now()
boss.makeThemWork()
const { counts } = await boss.waitTillFinished()
if (counts.done !== 100) throw new Error(`${counts.done} of 100 are done`)
console.log(
  `constants: ${((performance.now() - began) / 1000).toFixed(2)} s, thread starts included; ideal 0.50`,
)
