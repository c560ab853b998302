/** `--skip` and `--limit`: some records of all inputs, counted as they are read, empty lines aside. */

import type { Input } from './input.ts'

export interface Some {
  readonly skip?: number | undefined
  readonly limit?: number | undefined
}

/** The same inputs, of which the first are passed over, and the last are never read. Lines keep their numbers. */
export function someRecords(
  inputs: readonly Input[],
  { skip = 0, limit = Infinity }: Some,
): readonly Input[] {
  if (skip === 0 && limit === Infinity) return inputs
  let seen = 0
  const enough = () => seen >= skip + limit
  return inputs.map((input, i) => ({
    ...input,
    name: input.name,
    total: () => {
      if (inputs.length > 1) return undefined
      const total = input.total()
      return total && { ...total, records: Math.max(0, Math.min(total.records - skip, limit)) }
    },
    async *batches() {
      if (enough()) return
      for await (const batch of input.batches()) {
        yield batch
        if (enough()) return
      }
    },
    read: record => {
      if (enough()) return undefined
      const given = input.read(record)
      if (given === undefined || seen++ < skip) return undefined
      // Nothing more is waited for, in this input and in those behind it.
      if (enough()) for (const one of inputs.slice(i)) one.close()
      return given
    },
    close: () => input.close(),
  }))
}
