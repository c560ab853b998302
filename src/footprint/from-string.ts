/** `fromString`: a codec that also takes the text of what it takes, as a command line or a CSV file gives it. */

import type * as t from 'io-ts'

import { type AnyCodec, invalid, makeCodec, valid } from './codec.ts'

/**
 * Takes what `codec` takes, or its text: `4` or `'04'` for `t.Int`, `true` or `'false'` for `t.boolean`, a list or its
 * JSON. A text that `codec` takes as it is stays a text. Never truthiness: `'False'` and `'1'` are no booleans.
 *
 * A whole number too large to be exact in a `number` is refused, not rounded; `t.bigint` takes it.
 *
 * @example
 * attr: { limit: fromString(t.Int), verbose: { type: fromString(t.boolean), default: false } }
 */
export function fromString<C extends AnyCodec>(
  codec: C,
): t.Type<t.TypeOf<C>, t.OutputOf<C> | string, unknown> {
  return makeCodec<t.TypeOf<C>, t.OutputOf<C> | string>({
    name: `fromString(${codec.name})`,
    _tag: 'FromString',
    type: codec,
    is: codec.is,
    validate: (value, context) => {
      const asItIs = codec.validate(value, context)
      if (asItIs._tag === 'Right' || typeof value !== 'string') return asItIs
      for (const meaning of meaningsOf(value)) {
        const read = codec.validate(meaning, context)
        if (read._tag === 'Right') return valid(read.right)
      }
      return invalid(value, context)
    },
    encode: codec.encode,
  })
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const whole = /^[+-]?\d+$/

/** What a text may stand for, the likeliest first. */
function meaningsOf(text: string): readonly unknown[] {
  const bare = text.trim()
  if (bare === 'true') return [true]
  if (bare === 'false') return [false]
  if (bare === 'null') return [null]
  if (whole.test(bare)) {
    const big = bare.startsWith('-') ? -BigInt(bare.slice(1)) : BigInt(bare.replace('+', ''))
    return Number.isSafeInteger(Number(bare)) ? [Number(bare), big] : [big]
  }
  if (number.test(bare)) return [Number(bare)]
  return bare.startsWith('{') || bare.startsWith('[') || bare.startsWith('"') ? json(bare) : []
}

function json(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text) as unknown]
  } catch {
    return [] // no JSON after all: then the text means nothing but itself
  }
}
