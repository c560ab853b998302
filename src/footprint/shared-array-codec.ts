/** `sharedArray()`: the codec of attributes that are a {@link SharedArray}. */

import type * as t from 'io-ts'
import {
  type ElementType,
  isElementType,
  isPlainSharedArray,
  SharedArray,
} from '../shared-memory/shared-array.ts'
import { showValue } from '../words/show-value.ts'
import { invalid, makeCodec, valid } from './codec.ts'

/**
 * Accepts a `SharedArray`, and what becomes of one that crossed to another thread; the work always receives one with
 * its methods. The memory is passed by reference: what a worker writes, all see.
 *
 * @param type  what its elements must be; default: any of them
 * @param dimensions  how many dimensions its shape must have; default: any number
 *
 * @example attr: { matrix: sharedArray('float64', 2), row: t.Int }
 */
export function sharedArray<T extends ElementType = ElementType>(
  type?: T,
  dimensions?: number,
): t.Type<SharedArray<T>, SharedArray<T>, unknown> {
  if (type !== undefined && !isElementType(type)) {
    throw new TypeError(`Cannot make a codec of shared arrays: unknown element type ${showValue(type)}`)
  }
  const fits = (value: unknown) =>
    isPlainSharedArray(value) &&
    (type === undefined || value.type === type) &&
    (dimensions === undefined || value.shape.length === dimensions)
  return makeCodec<SharedArray<T>, SharedArray<T>>({
    name: `SharedArray of ${type ?? 'numbers'}${dimensions === undefined ? '' : `, ${dimensions}-dimensional`}`,
    _tag: 'SharedArray',
    is: (value): value is SharedArray<T> => value instanceof SharedArray && fits(value),
    validate: (value, context) =>
      fits(value) ? valid(SharedArray.from(value as SharedArray<T>)) : invalid(value, context),
    encode: array => array,
    revive: plain => (isPlainSharedArray(plain) ? SharedArray.from(plain) : undefined),
  })
}
