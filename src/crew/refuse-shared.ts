/** Shared memory is shared within one process: sent to another, it would silently become a copy. */

import { deepestShared } from './limits.ts'

/** @throws {TypeError} when a message holds shared memory */
export function refuseShared(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > deepestShared) return
  if (ArrayBuffer.isView(value)) {
    if (isShared(value.buffer)) throw cannotShare()
    return
  }
  if (isShared(value)) throw cannotShare()
  if (Array.isArray(value)) for (const one of value) refuseShared(one, depth + 1)
  else if (Object.getPrototypeOf(value) === Object.prototype)
    for (const one of Object.values(value)) refuseShared(one, depth + 1)
}

const isShared = (value: unknown): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer

const cannotShare = () =>
  new TypeError('shared memory cannot be shared with another process: send a copy, or use threads()')
