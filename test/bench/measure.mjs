/**
 * One measurement, in this process and nothing else in it.
 *
 *     node test/bench/measure.mjs '{ "id": "a1", "adapter": "raw-b", "quick": true, "perUs": 580 }'
 *
 * The figures go to file descriptor 3 if somebody listens there, otherwise to stdout.
 */

import { fstatSync, writeSync } from 'node:fs'

import { load } from './adapters/index.mjs'
import { workloads } from './workloads.mjs'

const options = JSON.parse(process.argv[2])
const figures = await workloads[options.id].run(await load(options.adapter), options)
writeSync(isOpen(3) ? 3 : 1, `${JSON.stringify(figures)}\n`)
process.exit(0)

function isOpen(descriptor) {
  try {
    return fstatSync(descriptor).isFIFO() || fstatSync(descriptor).isSocket()
  } catch {
    return false
  }
}
