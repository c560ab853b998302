/**
 * How values travel through Redis: as words/exact-json.ts keeps them, so that people and bull-board can read what JSON
 * has words for, and nothing else is lost. Shared memory stays where it is.
 */

import { cloned, fromExactJson, isExactInJson } from '../../words/exact-json.ts'
import { explainUncloneable } from '../../words/uncloneable.ts'
import { refuseShared } from '../refuse-shared.ts'

/** Packs a value. @throws {TypeError} naming the member that cannot travel: `attributes.rows[2].fn` */
export function pack(value: unknown, root: string): unknown {
  if (isExactInJson(value)) return value
  try {
    refuseShared(value)
    return cloned(value)
  } catch (error) {
    throw new TypeError(explainUncloneable(value, root, error), { cause: error })
  }
}

/** Unpacks what `pack` made. */
export const unpack = (packed: unknown): unknown => fromExactJson(packed)
