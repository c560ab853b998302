/**
 * The heap limit of a thread where this process has one of its own: V8 gives `--max-old-space-size` to every new heap, whatever
 * `resourceLimits` say. So the flag is taken back while such a thread is made, and for no longer.
 */

import { setFlagsFromString } from 'node:v8'
import type { ResourceLimits, Worker as Thread } from 'node:worker_threads'

import { forChild } from '../child-arguments.ts'

const flags = {
  maxOldGenerationSizeMb: '--max-old-space-size',
  maxYoungGenerationSizeMb: '--max-semi-space-size',
} as const

const starting = new Map<string, number>()

/** Makes a thread with these limits, which then hold. */
export function withLimits(resourceLimits: ResourceLimits, start: () => Thread): Thread {
  const given = (Object.keys(flags) as (keyof typeof flags)[])
    .filter(name => resourceLimits[name] !== undefined)
    .flatMap(name => flagsOfThisProcess(flags[name]))
  if (given.length === 0) return start()
  for (const { name } of given) setFlagsFromString(`${name}=0`)
  for (const { name } of given) starting.set(name, (starting.get(name) ?? 0) + 1)
  let over = false
  const putBack = () => {
    if (over) return
    over = true
    for (const { name, value } of given) {
      const others = (starting.get(name) ?? 1) - 1
      starting.set(name, others)
      if (others === 0) setFlagsFromString(`${name}=${value}`)
    }
  }
  try {
    return start().once('online', putBack).once('exit', putBack)
  } catch (error) {
    putBack()
    throw error
  }
}

/** The flag as this process was started with it, by argument or by `NODE_OPTIONS`; the last one holds. */
function flagsOfThisProcess(name: string): readonly { readonly name: string; readonly value: string }[] {
  const said = [process.env.NODE_OPTIONS ?? '', ...forChild(process.execArgv)].join(' ').replaceAll('_', '-')
  const value = [...said.matchAll(new RegExp(`${name}[= ](\\d+)`, 'g'))].at(-1)?.[1]
  return value === undefined ? [] : [{ name, value }]
}
