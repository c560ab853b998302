/**
 * Writes lines to a stream: one write for all that comes in one turn, one write under way at a time. What cannot be
 * written yet waits here, and `pressed` says so, so that the input waits in turn.
 */

import type { Writable } from 'node:stream'
import { handful, longestWrite, mostHeld, pressure } from '../limits.ts'
import type { Printable } from './printable.ts'
import { SpooledFile } from './spooled-file.ts'

/** Room for a handful, and the line that makes it full, in any script. */
const roomForHandful = 4 * handful

export class LineWriter {
  readonly name: string
  /** Called once, with why it cannot be written any more; what comes later is dropped. */
  onBroken: (error: NodeJS.ErrnoException) => void = () => {}
  /** Called when there is room again. */
  onRelief: () => void = () => {}
  /** Called with the marks of lines that have been written. */
  onWritten: (marks: readonly number[]) => void = () => {}
  /** Called before each write. */
  onWrite: () => void = () => {}
  broken: NodeJS.ErrnoException | undefined

  readonly #write: Writable['write']
  /** What is being written: the same for all writes, since to get memory for each costs as much as to write it. */
  #bytes: Buffer | undefined
  #waiting = ''
  /** What does not fit into one text with what waits before it; bytes, and files. */
  #later: (string | Uint8Array | SpooledFile)[] = []
  #laterLength = 0
  #writing = 0
  /** Of the lines that wait. */
  #marks: number[] = []
  #soon = false
  #pressed = false
  #idle: (() => void)[] = []

  /** @param stream  a file, a pipe or a terminal: what it has written it holds no longer */
  constructor(name: string, stream: Pick<Writable, 'write' | 'on'>) {
    this.name = name
    this.#write = stream.write.bind(stream) as Writable['write']
    stream.on('error', error => this.#break(error))
  }

  /**
   * @param line  with its newline
   * @param mark  told to `onWritten` once it is written; none where it is negative
   */
  line(line: Printable, mark = -1): void {
    if (this.broken !== undefined) return discard(line)
    if (mark >= 0) this.#marks.push(mark)
    if (this.#held > mostHeld && (typeof line === 'string' || 'length' in line)) return this.#spill(line)
    if (typeof line !== 'string') {
      this.#later.push('file' in line ? new SpooledFile(line.file) : line)
      this.#laterLength += 'file' in line ? 0 : line.length
      return this.#flush()
    }
    if (this.#later.length > 0 || this.#waiting.length + line.length > longestWrite) {
      this.#later.push(line)
      this.#laterLength += line.length
      return this.#flush()
    }
    this.#waiting += line
    if (this.#waiting.length >= handful) this.#flush()
    else if (!this.#soon) {
      this.#soon = true
      queueMicrotask(() => {
        this.#soon = false
        this.#flush()
      })
    }
  }

  get pressed(): boolean {
    if (!this.#pressed) this.#pressed = this.#held > pressure
    return this.#pressed
  }

  /** When all is written, or cannot be. */
  written(): Promise<void> {
    this.#flush()
    if (this.#writing === 0 || this.broken !== undefined) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  /** Writes what waits at once: the next to write to the same terminal is somebody else. */
  hurry(): void {
    if (this.#waiting === '' || this.broken !== undefined) return
    const text = this.#waiting
    this.#waiting = ''
    this.#send(text, text.length)
  }

  #spill(line: string | Uint8Array): void {
    let file = this.#later.at(-1)
    if (!(file instanceof SpooledFile) || !file.isOurs) {
      file = SpooledFile.ours()
      this.#later.push(file)
    }
    try {
      file.append(line)
    } catch (error) {
      this.#break(error as NodeJS.ErrnoException)
    }
  }

  get #held(): number {
    return this.#waiting.length + this.#laterLength + this.#writing
  }

  #flush(): void {
    if (this.#writing > 0 || this.broken !== undefined) return
    const next = this.#take()
    if (next.length === 0) return this.#nothingLeft()
    this.onWrite()
    this.#send(typeof next === 'string' ? this.#encoded(next) : next, next.length)
    return undefined
  }

  /** Marks go with the last piece of what was there when they came. */
  #send(text: string | Uint8Array, length: number): void {
    const marks = this.#later.length === 0 ? this.#marks : []
    if (marks.length > 0) this.#marks = []
    this.#writing += length
    this.#write(text, error => {
      this.#writing -= length
      if (error) return this.#break(error)
      this.#flush()
      if (marks.length > 0) this.onWritten(marks)
      if (this.#pressed && this.#held <= pressure / 2) {
        this.#pressed = false
        this.onRelief()
      }
      if (this.#writing === 0) this.#rest()
      return undefined
    })
  }

  /** What is written next: a file piece by piece. */
  #take(): string | Uint8Array {
    const text = this.#waiting
    this.#waiting = ''
    if (text !== '') return text
    for (let next = this.#later[0]; next !== undefined; next = this.#later[0]) {
      const piece = next instanceof SpooledFile ? this.#pieceOf(next) : next
      if (!(next instanceof SpooledFile)) {
        this.#later.shift()
        this.#laterLength -= next.length
      }
      if (piece !== undefined && piece.length > 0) return piece
    }
    return ''
  }

  #pieceOf(file: SpooledFile): Uint8Array | undefined {
    const piece = file.read()
    if (piece === undefined) this.#later.shift()
    return piece
  }

  /** What is marked was written before, or wrote nothing. */
  #nothingLeft(): void {
    const marks = this.#marks
    if (marks.length === 0) return
    this.#marks = []
    this.onWritten(marks)
  }

  #encoded(text: string): string | Buffer {
    // A character takes three bytes at most.
    if (text.length < handful || 3 * text.length > roomForHandful) return text
    this.#bytes ??= Buffer.allocUnsafeSlow(roomForHandful)
    return this.#bytes.subarray(0, this.#bytes.write(text))
  }

  #break(error: NodeJS.ErrnoException): void {
    if (this.broken !== undefined) return
    this.broken = error
    this.#waiting = ''
    for (const one of this.#later) if (one instanceof SpooledFile) one.remove()
    this.#later = []
    this.#laterLength = 0
    this.#marks = []
    this.#pressed = false
    this.onBroken(error)
    this.onRelief()
    this.#rest()
  }

  #rest(): void {
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }
}

/** Nobody will print it. */
function discard(one: Printable): void {
  if (typeof one !== 'string' && 'file' in one) new SpooledFile(one.file).remove()
}
