/** Kinds of options: how the text of a value is read, and what is wrong with it. */

import { Option } from 'commander'

import { UsageError } from '../exit-codes.ts'
import { parseJobs } from '../jobs.ts'
import { longestRecordText } from '../limits.ts'
import { parseDuration, parsePercent, parseSize } from '../units.ts'

/** A value that is read by one of our own grammars. */
export function read(flags: string, description: string, parse: (text: string) => unknown): Option {
  const option = new Option(flags, description)
  return option.argParser(text => {
    try {
      return parse(text)
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(`${option.long}: ${error.message}`)
      throw error
    }
  })
}

export function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description} (repeatable)`).argParser(
    (text: string, before: string[] | undefined) => [...(before ?? []), text],
  )
}

export const choice = (flags: string, description: string, choices: readonly string[]): Option =>
  new Option(flags, description).choices(choices)

export const whole = (least: number) => (text: string) => {
  const n = Number(text)
  if (text.trim() === '' || !Number.isInteger(n) || n < least)
    throw new UsageError(`'${text}' is not a whole number of at least ${least}`)
  return n
}

export function timeout(text: string): { ms: number } | { ofMedian: number } {
  const ofMedian = parsePercent(text)
  return ofMedian === undefined ? { ms: parseDuration(text) } : { ofMedian }
}

export function sizeOrPercent(text: string): { bytes: number } | { fraction: number } {
  const fraction = parsePercent(text)
  if (fraction !== undefined && fraction > 1) throw new UsageError(`'${text}' is more than all`)
  return fraction === undefined ? { bytes: parseSize(text) } : { fraction }
}

export function lineSize(text: string): number {
  const bytes = parseSize(text)
  if (bytes <= 512 * 2 ** 20) return Math.min(bytes, longestRecordText)
  throw new UsageError(`'${text}' is more than a text of JavaScript can hold: give 512M at most`)
}

export function percentage(text: string): number {
  const fraction = parsePercent(text)
  if (fraction === undefined) throw new UsageError(`'${text}' is not a percentage: give a unit, as in 80%`)
  return fraction
}

const failureCodes = ['threw', 'refused', 'crashed', 'outOfMemory', 'timeout', 'unserialisable'] as const

export function codes(text: string): readonly string[] {
  const named = text.split(',')
  const unknown = named.find(code => !(failureCodes as readonly string[]).includes(code))
  if (unknown !== undefined)
    throw new UsageError(`'${unknown}' is not a code of a failure: give some of ${failureCodes.join(', ')}`)
  return named
}

/** `--jobs`: in which form it is, is known here; how many that is, later. */
export const jobsOption = (description: string): Option =>
  read('-j, --jobs <n>', description, text => {
    parseJobs(text, 1)
    return text
  })

/** `--batch`: the attribute, and how many records are its value. */
export function batch(text: string): { readonly name: string; readonly count: number } {
  const [, name = '', digits] = /^([^=]+)=(\d+)$/s.exec(text) ?? []
  if (Number(digits) >= 1) return { name, count: Number(digits) }
  throw new UsageError(`'${text}': give NAME=N, as in paths=100`)
}
