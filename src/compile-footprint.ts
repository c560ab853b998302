/** Compiles `attr` into a footprint: what decides, for each instruction, whether it fits. */

import type {
  AnyCodec,
  AttributeSpec,
  Attributes,
  Decoded,
  Footprint,
  Reason,
  Rejection,
} from './footprint.ts'

export function compileFootprint(attr: Attributes): Footprint {
  return isCodec(attr) ? wholeCodec(attr) : record(attr)
}

const isCodec = (attr: unknown): attr is AnyCodec =>
  typeof attr === 'object' && attr !== null && typeof (attr as { decode?: unknown }).decode === 'function'

function wholeCodec(codec: AnyCodec): Footprint {
  return {
    attr: codec,
    names: undefined,
    decode: given => {
      const decoded = codec.decode(given)
      return decoded._tag === 'Right'
        ? { attributes: decoded.right, supplied: Object.keys(given).length }
        : { reasons: [{ path: '', expected: codec.name, got: given }] }
    },
  }
}

function record(attr: Readonly<Record<string, AnyCodec | AttributeSpec>>): Footprint {
  const specs = Object.entries(attr).map(([name, spec]) => ({
    name,
    ...(isCodec(spec) ? { type: spec } : spec),
  }))
  return {
    attr,
    names: specs.map(({ name }) => name),
    decode: (given): Decoded | Rejection => {
      const attributes: Record<string, unknown> = {}
      const reasons: Reason[] = []
      let supplied = 0
      for (const spec of specs) {
        const value = given[spec.name]
        if (value !== undefined) supplied++
        else if ('default' in spec) {
          attributes[spec.name] = typeof spec.default === 'function' ? spec.default() : spec.default
          continue
        }
        const decoded = spec.type.decode(value)
        if (decoded._tag === 'Right') attributes[spec.name] = decoded.right
        else reasons.push({ path: spec.name, expected: spec.type.name, got: value })
      }
      return reasons.length > 0 ? { reasons } : { attributes, supplied }
    },
  }
}
