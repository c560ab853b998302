/** Whether what is appended to stdout would be glued to half a line, which an earlier run could not finish. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const newline = 10

/** Asked before descriptors are guarded. False where that cannot be found out: on a pipe, or without `/dev/fd`. */
export function stdoutEndsTorn(): boolean {
  try {
    const { size } = fstatSync(1)
    if (!fstatSync(1).isFile() || size === 0) return false
    const file = openSync('/dev/fd/1', 'r')
    try {
      const last = Buffer.alloc(1)
      return readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== newline
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
