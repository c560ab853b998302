/** Files that a run writes line by line beside its reports: opened before anything starts, so that a wrong path says so at once. */

import { createWriteStream, fstatSync, openSync, statSync, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { createGzip, type Gzip } from 'node:zlib'

import { RunError } from './exit-codes.ts'
import { LineWriter } from './output/line-writer.ts'

export interface LineFile {
  readonly writer: LineWriter
  /** Nothing was in it. */
  readonly fresh: boolean
  close(): Promise<void>
}

/** @throws {RunError} when it cannot be written */
export function openLineFile(path: string, flags: 'w' | 'a', what: string): LineFile {
  let fd: number
  try {
    fd = openSync(path, flags)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new RunError(`Cannot write ${what} ${path}: ${code ?? message}`, { cause: error })
  }
  const fresh = fstatSync(fd).size === 0
  const file = createWriteStream(path, { fd })
  const stream = path.endsWith('.gz') ? zipped(file) : file
  const writer = new LineWriter(path, stream)
  return {
    writer,
    fresh,
    close: async () => {
      await writer.written()
      if (writer.broken === undefined) stream.end()
      else file.destroy()
      await finished(file).catch(() => {}) // why it broke was told to whom it concerns
    },
  }
}

function zipped(file: WriteStream): Gzip {
  const gzip = createGzip()
  file.on('error', error => gzip.destroy(error))
  gzip.pipe(file)
  return gzip
}

/** Whether two paths are one regular file; `-` is stdin. */
export function isSameFile(path: string, other: string): boolean {
  try {
    const [a, b] = [path, other].map(one => (one === '-' ? fstatSync(0) : statSync(one)))
    return a !== undefined && b !== undefined && a.isFile() && a.ino === b.ino && a.dev === b.dev
  } catch {
    return false // one of them does not exist
  }
}
