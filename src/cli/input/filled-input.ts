/** Records that fill templates: values of `--common` and `--each` that say what of the record they want, and command lines. */

import { baseAttributeNames } from '../../words/instruction.ts'
import { toJson } from '../../words/to-json.ts'
import type { ShellLine } from '../template/shell-line.ts'
import type { ValueTemplate } from '../template/value-template.ts'
import { MissingValue, ValuesOfRecord } from '../template/values-of-record.ts'
import { BadRecord } from './bad-record.ts'
import type { Input } from './input.ts'
import type { Texts } from './values.ts'

export interface FillingTerms {
  /** Attributes whose values are templates, for records that have none of their own. */
  readonly templates: ReadonlyMap<string, ValueTemplate>
  /** The record fills a command line, and is nothing else. */
  readonly line?: ShellLine | undefined
  /** How a command tells what it writes. */
  readonly output?: 'whole' | 'lines' | undefined
  /** It does so with the record's value before each line. */
  readonly tags?: boolean
  /** Texts become values, beside those that are settled. */
  readonly read: (texts: Texts, settled: Record<string, unknown>) => Record<string, unknown>
}

/** The same inputs, their records with what templates make of them. They are counted over all inputs. */
export function filledInputs(inputs: readonly Input[], terms: FillingTerms): readonly Input[] {
  if (terms.templates.size === 0 && terms.line === undefined) return inputs
  let count = 0
  return inputs.map(input => ({
    name: input.name,
    total: () => input.total(),
    batches: () => input.batches(),
    read: record => {
      const values = input.read(record)
      if (values === undefined || values instanceof BadRecord) return values
      try {
        return instructionOf(values, ++count, terms)
      } catch (error) {
        if (!(error instanceof MissingValue)) throw error
        return new BadRecord(
          error.message,
          typeof record === 'string' ? record : toJson(values),
          'Give it this value, or write the braces twice where they are meant as they are',
        )
      }
    },
    close: () => input.close(),
  }))
}

function instructionOf(
  values: Record<string, unknown>,
  number: number,
  terms: FillingTerms,
): Record<string, unknown> {
  const { templates, line, read } = terms
  const record = new ValuesOfRecord(values, number)
  const texts: Record<string, string> = {}
  const settled = line === undefined ? { ...values } : commandOf(line, record, terms)
  // Of the record itself, only what says how the work is to be done is the instruction's, too.
  for (const name of line === undefined ? [] : baseAttributeNames) {
    const value = values[name]
    if (typeof value === 'string') texts[name] = value
    else if (value !== undefined) settled[name] = value
  }
  for (const [name, template] of templates) {
    if (settled[name] !== undefined) continue
    const value = template.fill(record)
    if ('text' in value) texts[name] = value.text
    else settled[name] = value.value
  }
  return read(texts, settled)
}

/** What the record makes of a command line. */
const commandOf = (
  line: ShellLine,
  record: ValuesOfRecord,
  { output, tags }: FillingTerms,
): Record<string, unknown> => ({
  title: line.shownFor(record),
  ...{ command: line.command, args: line.argumentsFor(record), shell: true },
  ...(output !== undefined && { output }),
  ...(output !== undefined && tags && { tag: record.text(whole) }),
})

const whole = { name: undefined, path: [], part: '', written: '{}' } as const
