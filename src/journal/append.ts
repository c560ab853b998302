/**
 * Appends lines to a file. Each is written before the call returns, so that it survives the death of the process; to disk,
 * which survives the loss of power, as often as `fsync` says.
 */

import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { batchLines, batchMs } from './limits.ts'

export type Fsync = 'batch' | 'always' | 'never'

export class Appender {
  readonly #file: number
  readonly #fsync: Fsync
  #size: number
  #unsynced = 0
  #timer: NodeJS.Timeout | undefined
  #closed = false
  /** What the disk said, later, of something that was written. */
  #lost: Error | undefined

  /** @param keep  bytes to keep; what follows is cut off */
  constructor(path: string, fsync: Fsync, keep: number) {
    this.#file = openSync(path, 'a')
    this.#fsync = fsync
    this.#size = keep
    if (fstatSync(this.#file).size > keep) ftruncateSync(this.#file, keep)
  }

  /** @throws what the system says; the file then ends with its last whole line */
  append(line: string): void {
    if (this.#lost !== undefined) throw this.#lost
    const bytes = Buffer.from(line)
    try {
      for (let from = 0; from < bytes.length; ) from += writeSync(this.#file, bytes, from)
    } catch (error) {
      this.#cut()
      throw error
    }
    this.#size += bytes.length
    this.#sync()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    try {
      if (this.#fsync !== 'never' && this.#unsynced > 0) fdatasyncSync(this.#file)
    } finally {
      closeSync(this.#file)
    }
  }

  #sync(): void {
    if (this.#fsync === 'never') return
    if (this.#fsync === 'always') return fdatasyncSync(this.#file)
    if (++this.#unsynced >= batchLines) return this.#syncSoon()
    this.#timer ??= setTimeout(() => this.#syncSoon(), batchMs)
    // What is unsynced is synced at the end: nobody has to stay for it.
    this.#timer.unref()
  }

  #syncSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#unsynced = 0
    // Elsewhere, and later: a disk that is full was heard of by `write`. A file that is closed meanwhile was synced.
    fdatasync(this.#file, error => {
      if (error !== null && !this.#closed) this.#lost ??= error
    })
  }

  #cut(): void {
    try {
      ftruncateSync(this.#file, this.#size)
    } catch {
      // The same trouble: a torn line at the end is cut off by whoever resumes.
    }
  }
}
