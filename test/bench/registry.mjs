/**
 * What the choice costs, in ns per instruction, beside one bare io-ts decode of the same instruction.
 *
 *     npx tsc -p . && node test/bench/registry.mjs
 *
 * Goals: one definition with one field within 25 ns of the bare decode; 8 definitions with 3 attributes each at most
 * 3 times the bare decode.
 */

import * as t from 'io-ts'

import { defineWorker } from '../../dist/src/worker/define-worker.js'
import { registry } from '../../dist/src/worker/registry.js'

const meta = import.meta
const work = () => 0
const context = {}
const define = (name, attr) => defineWorker(meta, { name, attr, work })

function measure(body, inputs) {
  const rounds = []
  for (let round = 0; round < 15; round++) {
    const start = process.cpuUsage()
    for (let i = 0; i < 400_000; i++) body(inputs[i & 1023])
    const { user, system } = process.cpuUsage(start) // not the clock: others may use this machine, too
    rounds.push((user + system) / 400)
  }
  return rounds.sort((a, b) => a - b)[7]
}

let kept
const keep = body => input => {
  kept = body(input)
}
const inputs = make => Array.from({ length: 1024 }, (_, i) => make(i))

function compare(title, codec, chooser, given, goal) {
  for (const one of given) if (!('definition' in chooser.choose(one, context))) throw new Error(title)
  const bare = measure(keep(codec.decode), given)
  const chosen = measure(
    keep(one => chooser.choose(one, context)),
    given,
  )
  const [what, figure] = goal(bare, chosen)
  console.log(
    `${title.padEnd(58)} bare ${bare.toFixed(1).padStart(6)}  choose ${chosen.toFixed(1).padStart(6)}  ${what} ${figure}`,
  )
}
const more = (bare, chosen) => ['more', (chosen - bare).toFixed(1)]
const times = (bare, chosen) => ['times', (chosen / bare).toFixed(2)]

const kinds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

compare(
  '1 definition, 1 field',
  t.type({ limit: t.Int }),
  registry([define('one', { limit: t.Int })]),
  inputs(i => ({ limit: i })),
  more,
)
compare(
  '1 definition, 1 number',
  t.type({ limit: t.number }),
  registry([define('one', { limit: t.number })]),
  inputs(i => ({ limit: i })),
  more,
)
compare(
  '1 definition, 3 fields',
  t.type({ a: t.number, b: t.string, c: t.boolean }),
  registry([define('three', { a: t.number, b: t.string, c: t.boolean })]),
  inputs(i => ({ a: i, b: 'x', c: true })),
  more,
)
compare(
  '8 definitions, 3 attributes, told apart by their names',
  t.type({ a_h: t.number, b_h: t.string, c_h: t.boolean }),
  registry(kinds.map(k => define(k, { [`a_${k}`]: t.number, [`b_${k}`]: t.string, [`c_${k}`]: t.boolean }))),
  inputs(i => ({ a_h: i, b_h: 'x', c_h: true })),
  times,
)
compare(
  '8 definitions, 3 attributes, told apart by a literal',
  t.type({ kind: t.literal('h'), x: t.number, y: t.number }),
  registry(kinds.map(k => define(k, { kind: t.literal(k), x: t.number, y: t.number }))),
  inputs(i => ({ kind: 'h', x: i, y: 1 })),
  times,
)
compare(
  '8 definitions, 3 attributes, told apart by the last, values',
  t.type({ x: t.number, y: t.number, kind: t.literal('h') }),
  registry(kinds.map(k => define(k, { x: t.number, y: t.number, kind: { type: t.string, values: [k] } }))),
  inputs(i => ({ x: i, y: 1, kind: 'h' })),
  times,
)
compare(
  '8 definitions, 3 attributes, two with defaults',
  t.type({ x_h: t.number, y: t.number, z: t.number }),
  registry(
    kinds.map(k =>
      define(k, {
        [`x_${k}`]: t.number,
        y: { type: t.number, default: 1 },
        z: { type: t.number, default: 2 },
      }),
    ),
  ),
  inputs(i => ({ x_h: i, y: 2, z: 3 })),
  times,
)
if (kept === undefined) throw new Error('nothing was measured')
