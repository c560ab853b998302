/** The lines of a file as bytes, one at a time, however long: nothing is kept of them, and nothing is copied twice. */

import { closeSync, openSync, readSync } from 'node:fs'
import { chunkBytes } from './limits.ts'

const newline = 10

/** Takes a line without its newline, and where it begins. Its bytes are only valid until it returns. */
type Take = (line: Buffer, offset: number) => void

/** @returns bytes of whole lines, and bytes of what follows the last of them */
export function eachLine(path: string, take: Take): { wholeBytes: number; tornBytes: number } {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.allocUnsafeSlow(chunkBytes)
    /** A line that has begun in earlier chunks. */
    let pieces: Buffer[] = []
    let pieceBytes = 0
    let wholeBytes = 0
    for (;;) {
      const count = readSync(file, chunk, 0, chunk.length, null)
      if (count === 0) return { wholeBytes, tornBytes: pieceBytes }
      let from = 0
      for (let end = chunk.indexOf(newline); end !== -1 && end < count; end = chunk.indexOf(newline, from)) {
        const part = chunk.subarray(from, end)
        const line = pieceBytes === 0 ? part : Buffer.concat([...pieces, part])
        pieces = []
        pieceBytes = 0
        take(line, wholeBytes)
        wholeBytes += line.length + 1
        from = end + 1
      }
      if (from === count) continue
      pieces.push(Buffer.from(chunk.subarray(from, count)))
      pieceBytes += count - from
    }
  } finally {
    closeSync(file)
  }
}
