/** The command's own standard streams, taken before anybody else has them. */

import fs from 'node:fs'
import { Readable, type Writable } from 'node:stream'

import { guardDescriptors } from './guard-descriptors.ts'

// As they are now: the guard is about to change them.
const { open, close, read } = fs
const standardInput = Object.getOwnPropertyDescriptor(process, 'stdin')?.get

/** What the command writes its reports to. */
export interface OwnStdout extends Pick<Writable, 'write' | 'on'> {
  readonly isTTY: boolean
}

/**
 * Takes stdin and stdout for the command. Whatever else is printed in this thread is shown to people, and nobody else finds
 * anything to read.
 *
 * @param show  text that code in the main thread prints: a worker file while it is imported, work in the inline crew
 */
export function takeStandardStreams(show: (text: string) => void): OwnStdout {
  const { stdout } = process
  const own: OwnStdout = {
    write: stdout.write.bind(stdout) as Writable['write'],
    on: stdout.on.bind(stdout) as Writable['on'],
    isTTY: stdout.isTTY === true,
  }
  const write = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
    show(typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8'))
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') queueMicrotask(() => callback())
    return true
  }
  stdout.write = write as typeof stdout.write
  let empty: Readable | undefined
  const get = () => (empty ??= Readable.from([]))
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get })
  guardDescriptors()
  return own
}

/** What comes by descriptor 0. A file, a device or a folder is read as any other is; of the rest Node knows what it is. */
export function ownStdin(): Readable {
  const stats = fs.fstatSync(0)
  if (stats.isFile() || stats.isDirectory())
    return fs.createReadStream('', {
      fd: 0,
      autoClose: false,
      highWaterMark: 256 * 1024,
      fs: { open, close, read },
    })
  return standardInput?.call(process) as Readable
}
