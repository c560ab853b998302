/** Why nothing may start, as far as the options say it. */

import { availableParallelism, freemem, loadavg } from 'node:os'

import type { RunCommandOptions } from '../run-options.ts'

/** @returns what holds everything back, in the words of the options; `undefined` where none of them does */
export function whyNot(options: RunCommandOptions): string | undefined {
  const { memfree, load, rate, delay, exclusive, maxMemory, taskMemory } = options
  const free = process.availableMemory?.() ?? freemem()
  if (memfree !== undefined && free < memfree) return `less than ${inUnits(memfree)} free (--memfree)`
  const [now = 0] = loadavg()
  if (load !== undefined && now > load * availableParallelism())
    return `the load is ${now.toFixed(1)}, above ${Math.round(load * 100)} % of the cores (--load)`
  const others = [
    ...(rate === undefined ? [] : ['--rate']),
    ...(delay === undefined ? [] : ['--delay']),
    ...(exclusive === undefined ? [] : ['--exclusive']),
    ...(maxMemory === undefined && taskMemory === undefined ? [] : ['--max-memory']),
  ]
  return others.length === 0 ? undefined : `held back by ${others.join(', ')}`
}

function inUnits(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T']
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${Math.round((10 * bytes) / 1024 ** power) / 10}${units[power]}`
}
