/**
 * `--keep-order`: lines about records in the order of the records. Those of the first unfinished record pass at once,
 * those of later ones wait. How many may wait is the caller's business, who takes no more input meanwhile.
 */

/** @param settled  whether these are the last lines of the record */
type Write = (lines: string, record: number, settled: boolean) => void

export class InInputOrder {
  readonly #write: Write
  /** Records given, in order; those before the head are finished. */
  #turns: number[] = []
  #head = 0
  readonly #waiting = new Map<number, { lines: string; settled: boolean }>()

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

  line(record: number, line: string, settled: boolean): void {
    if (record === this.#turns[this.#head]) {
      this.#write(line, record, settled)
      if (settled) this.#next()
      return
    }
    const waiting = this.#waiting.get(record)
    if (waiting === undefined) this.#waiting.set(record, { lines: line, settled })
    else {
      waiting.lines += line
      waiting.settled = settled
    }
  }

  /** What still waits, when nothing more will come. */
  end(): void {
    for (const record of this.#turns.slice(this.#head)) {
      const waiting = this.#waiting.get(record)
      if (waiting !== undefined) this.#write(waiting.lines, record, waiting.settled)
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
      this.#write(waiting.lines, record as number, waiting.settled)
      if (!waiting.settled) return
    }
  }
}
