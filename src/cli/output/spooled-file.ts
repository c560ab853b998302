/** A file that is there to be printed once: read piece by piece, then removed. One of our own may grow until then. */

import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const pieceBytes = 256 * 1024

export class SpooledFile {
  readonly #path: string
  #fd: number | undefined
  #end: number | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Empty, to be appended to. */
  static ours(): SpooledFile {
    const file = new SpooledFile(join(tmpdir(), `rxboss-${process.pid}-${randomUUID()}.out`))
    file.#fd = openSync(file.#path, 'wx+', 0o600)
    file.#end = 0
    return file
  }

  get isOurs(): boolean {
    return this.#end !== undefined
  }

  append(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    for (let from = 0; from < bytes.length; )
      from += writeSync(this.#fd as number, bytes, from, bytes.length - from, (this.#end as number) + from)
    this.#end = (this.#end as number) + bytes.length
  }

  /** The next piece; nothing behind the last one, or where it cannot be read any more. */
  read(): Uint8Array | undefined {
    try {
      this.#fd ??= openSync(this.#path, 'r')
      const piece = Buffer.allocUnsafe(pieceBytes)
      const count = readSync(this.#fd, piece)
      if (count > 0) return piece.subarray(0, count)
    } catch {
      // Somebody has removed it: there is nothing more to print.
    }
    this.remove()
    return undefined
  }

  remove(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
    rmSync(this.#path, { force: true })
  }
}
