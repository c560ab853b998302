/** Footprints are written as readers, one for each set of keys; this makes `decode` of them. */

import type { Decoded, Footprint, Reader, Rejection } from './footprint.ts'
import { KeyShapes } from './key-shapes.ts'
import { undecoded } from './schema.ts'

type Given = Readonly<Record<string, unknown>>

/** @param reject  why an instruction was not accepted; it meets again what threw */
export function decodeBy(
  readerFor: (keys: readonly string[]) => Reader | undefined,
  reject: (given: Given) => Rejection,
): Footprint['decode'] {
  const shapes = new KeyShapes(keys => ({ reader: readerFor(keys) }))
  return (given): Decoded | Rejection => {
    try {
      const { reader } = shapes.of(given)
      const attributes = reader === undefined ? undecoded : reader.read(given)
      if (reader === undefined || attributes === undecoded) return reject(given)
      return { attributes, supplied: reader.supplied(given) }
    } catch {
      return reject(given)
    }
  }
}
