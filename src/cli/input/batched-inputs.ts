/** `--batch NAME=N`: so many records become one instruction, a list of what they say. */

import type { AnyWorker } from '../../index.ts'
import { BadRecord } from './bad-record.ts'
import type { Input } from './input.ts'
import { jsonReading } from './values.ts'

export interface BatchOption {
  readonly name: string
  readonly count: number
}

/** Records that belong together, and which of their input the first one is. */
interface Together {
  readonly line: number
  readonly values: readonly unknown[]
}

/** The same inputs, each read in batches; its last one may be shorter. What is no record is told by itself. */
export function batchedInputs(
  inputs: readonly Input[],
  batch: BatchOption | undefined,
  workers: readonly AnyWorker[],
): readonly Input[] {
  return batch === undefined ? inputs : inputs.map(input => batched(input, batch, workers))
}

function batched(input: Input, { name, count }: BatchOption, workers: readonly AnyWorker[]): Input {
  return {
    name: input.name,
    total: () => {
      const total = input.total()
      return total && { ...total, records: Math.ceil(total.records / count) }
    },
    async *batches() {
      let line = 0
      let kept: unknown[] = []
      let first = 0
      for await (const records of input.batches()) {
        const ready: (Together | Bad)[] = []
        for (const record of records) {
          line++
          const given = input.read(record)
          if (given === undefined) continue
          if (given instanceof BadRecord) {
            ready.push({ line, bad: given })
            continue
          }
          if (kept.length === 0) first = line
          kept.push(elementOf(given, name))
          if (kept.length < count) continue
          ready.push({ line: first, values: kept })
          kept = []
        }
        if (ready.length > 0) yield ready
      }
      if (kept.length > 0) yield [{ line: first, values: kept }]
    },
    read: record =>
      'bad' in (record as object)
        ? (record as Bad).bad
        : { [name]: readAs(name, (record as Together).values, workers) },
    lineOf: record => (record as Together | Bad).line,
    close: () => input.close(),
  }
}

interface Bad {
  readonly line: number
  readonly bad: BadRecord
}

/** Texts are values in JSON where nobody takes a list of texts, and somebody one of those. */
function readAs(name: string, values: readonly unknown[], workers: readonly AnyWorker[]): readonly unknown[] {
  if (!values.every(value => typeof value === 'string')) return values
  const isTaken = (list: readonly unknown[]) =>
    workers.some(({ footprint }) => !('reasons' in footprint.decode({ [name]: list })))
  if (isTaken(values)) return values
  const read = values.map(jsonReading)
  return isTaken(read) ? read : values
}

/** A record that is nothing but this attribute is its value: a plain line, a value of `--each`. */
function elementOf(given: Readonly<Record<string, unknown>>, name: string): unknown {
  const [only, ...others] = Object.keys(given)
  return only === name && others.length === 0 ? given[name] : given
}
