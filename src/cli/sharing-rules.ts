/**
 * From `--resource`, `--needs`, `--at-most`, `--rate`, `--per` and `--sticky` to rules: what is shared out, how much for each,
 * and to whom.
 */

import { atMost, rateLimit, resources, type Scheduler, sticky } from '../index.ts'
import { UsageError } from './exit-codes.ts'
import type { RunCommandOptions } from './run-options.ts'

type Given = Readonly<Record<string, unknown>>

/** @throws {UsageError} when one of them cannot be meant, or `--per` has nothing to limit */
export function sharingRules(options: RunCommandOptions): readonly Scheduler[] {
  const { rate, per, atMost: most } = options
  if (per !== undefined && rate === undefined && most === undefined)
    throw new UsageError('--per says for which attribute --at-most or --rate holds: give one of them, too')
  if (most !== undefined && per === undefined)
    throw new UsageError(
      '--at-most limits how many run for each value of an attribute: give --per, too. How many run at all is -j',
    )
  return [
    ...resourceRules(options),
    ...(most === undefined
      ? []
      : [
          perValue(
            atMost(most, () => ''),
            per as string,
          ),
        ]),
    ...(rate === undefined ? [] : [rateRule(rate, per)]),
    ...(options.sticky === undefined ? [] : [stickyRule(options.sticky)]),
  ]
}

/** The same for equal values of an attribute; whoever has none is free. Objects are the same when their JSON is. */
export function keysOf(given: Given, attribute: string): readonly unknown[] {
  const value = given[attribute]
  if (value === undefined) return []
  return [`${attribute}=${JSON.stringify(value)}`]
}

function rateRule(
  { count, perMs }: NonNullable<RunCommandOptions['rate']>,
  per: string | undefined,
): Scheduler {
  if (per === undefined) return rateLimit(count, perMs)
  return perValue(
    rateLimit(count, perMs, () => ''),
    per,
  )
}

/** Of several attributes, all values together are the key; whoever has none of them has one in common with its like. */
const stickyRule = (attributes: readonly string[]): Scheduler =>
  sticky(given => JSON.stringify(attributes.flatMap(attribute => keysOf(given, attribute))))

const perValue = (rule: Scheduler, attribute: string): Scheduler => ({
  ...rule,
  keys: ({ instruction }) => keysOf(instruction, attribute),
})

function resourceRules({ resource, needs }: RunCommandOptions): readonly Scheduler[] {
  if (resource === undefined) {
    if (needs !== undefined) throw new UsageError('--needs says how much of a --resource: give that, too')
    return []
  }
  const usual = Object.fromEntries((needs ?? []).map(pair => amountOf(pair)))
  const supplies = Object.fromEntries(resource.map(pair => supplyOf(pair)))
  const unknown = Object.keys(usual).find(name => !Object.hasOwn(supplies, name))
  if (unknown !== undefined) throw new UsageError(`--needs ${unknown}: there is no --resource of that name`)
  try {
    const rule = resources(supplies)
    return [{ ...rule, needs: ({ instruction }) => instruction.needs ?? usual }]
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** `licence=3` is a number, `gpu=0,1` are the names of parts; `gpu=0,` is one part. */
function supplyOf(pair: string): [string, number | string[]] {
  const [name, value] = halvesOf(pair, '--resource', 'licence=3, or gpu=0,1')
  if (!value.includes(',')) return [name, wholeOf(value, `--resource ${pair}`)]
  return [name, value.split(',').filter(part => part !== '')]
}

function amountOf(pair: string): [string, number] {
  const [name, value] = halvesOf(pair, '--needs', 'gpu=1')
  return [name, wholeOf(value, `--needs ${pair}`)]
}

function halvesOf(pair: string, option: string, example: string): [string, string] {
  const at = pair.indexOf('=')
  if (at < 1 || at === pair.length - 1)
    throw new UsageError(`${option}: '${pair}' must be a name and how much, as in ${example}`)
  return [pair.slice(0, at), pair.slice(at + 1)]
}

function wholeOf(text: string, option: string): number {
  const n = Number(text)
  if (text.trim() !== '' && Number.isInteger(n) && n >= 0) return n
  throw new UsageError(`${option}: '${text}' must be a whole number, or names with commas between`)
}
