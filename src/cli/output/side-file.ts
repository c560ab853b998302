/**
 * A file that a run writes beside its reports. Opened without changing it, so that a wrong path or argument is found before
 * anything is lost; begun once everything else is known to be right.
 *
 *     open ──► begin: emptied, or continued behind its last whole line ──► lines ──► close
 */

import {
  closeSync,
  constants,
  createWriteStream,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip, gunzipSync, constants as gzip, gzipSync } from 'node:zlib'

import { RunError } from '../exit-codes.ts'
import { LineWriter } from './line-writer.ts'

const newline = 10
const { O_APPEND, O_CREAT, O_WRONLY } = constants

export class SideFile {
  readonly path: string
  readonly #fd: number
  #file: Writable | undefined
  #stream: Writable | undefined
  #writer: LineWriter | undefined

  /** @param what  for people: `the job log`. @throws {RunError} when it cannot be written */
  constructor(path: string, what: string) {
    this.path = path
    try {
      this.#fd = openSync(path, O_WRONLY | O_CREAT | O_APPEND)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      throw new RunError(`Cannot write ${what} ${path}: ${code ?? message}`, { cause: error })
    }
  }

  get isZipped(): boolean {
    return this.path.endsWith('.gz')
  }

  /** Whether something is in it, that may be continued. */
  get isEmpty(): boolean {
    const stats = fstatSync(this.#fd)
    return !stats.isFile() || stats.size === 0
  }

  /** From here on it is written. */
  begin({ continues }: { readonly continues: boolean }): LineWriter {
    if (!continues) this.#cutAt(0)
    else if (!this.isZipped) this.#cutAt(this.#wholeBytes())
    return this.#open()
  }

  /** The same, behind what `keep` makes of the whole lines that are in it. */
  beginBehind(keep: (lines: readonly string[]) => readonly string[]): LineWriter {
    if (!this.isEmpty) {
      const kept = keep(this.lines())
        .map(line => `${line}\n`)
        .join('')
      const bytes = this.isZipped ? gzipSync(kept) : Buffer.from(kept)
      this.#cutAt(0)
      for (let from = 0; from < bytes.length; ) from += writeSync(this.#fd, bytes, from)
    }
    return this.#open()
  }

  /** The whole lines that are in it; of a zipped one that was torn, as far as it can be read. */
  lines(): readonly string[] {
    if (this.isEmpty) return []
    const bytes = readFileSync(this.path)
    const text = (this.isZipped ? gunzipSync(bytes, { finishFlush: gzip.Z_SYNC_FLUSH }) : bytes).toString()
    return text.split('\n').slice(0, -1)
  }

  async close(): Promise<void> {
    const [writer, stream, file] = [this.#writer, this.#stream, this.#file]
    if (writer === undefined || stream === undefined || file === undefined) return closeSync(this.#fd)
    await writer.written()
    if (writer.broken === undefined) stream.end()
    else file.destroy()
    await finished(file).catch(() => {}) // why it broke was told to whom it concerns
  }

  #open(): LineWriter {
    const file = createWriteStream(this.path, { fd: this.#fd })
    this.#file = file
    this.#stream = file
    if (this.isZipped) {
      const zip = createGzip()
      file.on('error', error => zip.destroy(error))
      zip.pipe(file)
      this.#stream = zip
    }
    this.#writer = new LineWriter(this.path, this.#stream)
    return this.#writer
  }

  #cutAt(bytes: number): void {
    const stats = fstatSync(this.#fd)
    if (stats.isFile() && stats.size > bytes) ftruncateSync(this.#fd, bytes)
  }

  /** Up to the end of its last whole line: what follows was torn by the death of who wrote it. */
  #wholeBytes(): number {
    if (this.isEmpty) return 0
    const { size } = fstatSync(this.#fd)
    const file = openSync(this.path, 'r')
    const chunk = Buffer.allocUnsafe(1 << 16)
    try {
      for (let end = size; end > 0; ) {
        const from = Math.max(0, end - chunk.length)
        const count = readSync(file, chunk, 0, end - from, from)
        const at = chunk.subarray(0, count).lastIndexOf(newline)
        if (at !== -1) return from + at + 1
        end = from
      }
      return 0
    } finally {
      closeSync(file)
    }
  }
}
