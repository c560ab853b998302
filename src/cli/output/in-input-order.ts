/**
 * `--keep-order`: lines about records in the order of the records. Those of the first unfinished record pass at once,
 * those of later ones wait. How many may wait is the caller's business, who takes no more input meanwhile.
 */

import { isEmpty, type Printable } from './printable.ts'

/** @param settled  whether these are the last lines of the record */
type Write = (lines: Printable, record: number, settled: boolean) => void

export class InInputOrder {
  readonly #write: Write
  /** Records given, in order; those before the head are finished. */
  #turns: number[] = []
  #head = 0
  readonly #waiting = new Map<number, { lines: Printable[]; settled: boolean }>()

  constructor(write: Write) {
    this.#write = write
  }

  /** How many records are not finished, or wait for others. */
  get held(): number {
    return this.#turns.length - this.#head
  }

  /** A record whose lines will come. */
  expect(record: number): void {
    this.#turns.push(record)
  }

  line(record: number, line: Printable, settled: boolean): void {
    if (record === this.#turns[this.#head]) {
      this.#write(line, record, settled)
      if (settled) this.#next()
      return
    }
    const waiting = this.#waiting.get(record)
    if (waiting === undefined) this.#waiting.set(record, { lines: [line], settled })
    else {
      add(waiting.lines, line)
      waiting.settled = settled
    }
  }

  /** What still waits, when nothing more will come. */
  end(): void {
    for (const record of this.#turns.slice(this.#head)) {
      const waiting = this.#waiting.get(record)
      if (waiting !== undefined) this.#writeAll(waiting, record)
    }
  }

  #next(): void {
    for (;;) {
      this.#head++
      if (this.#head > 4096) {
        this.#turns = this.#turns.slice(this.#head)
        this.#head = 0
      }
      const record = this.#turns[this.#head]
      const waiting = record === undefined ? undefined : this.#waiting.get(record)
      if (waiting === undefined) return
      this.#waiting.delete(record as number)
      this.#writeAll(waiting, record as number)
      if (!waiting.settled) return
    }
  }

  #writeAll({ lines, settled }: { lines: Printable[]; settled: boolean }, record: number): void {
    for (const [i, line] of lines.entries()) this.#write(line, record, settled && i === lines.length - 1)
  }
}

/** Texts that follow each other become one. */
function add(lines: Printable[], line: Printable): void {
  const last = lines.length - 1
  const before = lines[last]
  if (typeof before === 'string' && typeof line === 'string') lines[last] = before + line
  else if (!isEmpty(line)) lines.push(line)
}
