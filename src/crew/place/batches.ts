/** The jobs that have come to a place: batches in order, and what each job of a batch is called with. */

import { frozen } from '../../words/share.ts'
import { restoreBuffers, survey } from '../../words/survey.ts'
import type { Batch, Extra, NewConstant } from '../lane/wire.ts'
import type { Station } from './stations.ts'

// Work may replace what is global where it runs.
const { Map, Object, structuredClone } = globalThis

export class Batches {
  /** The batch at work, and the place in it of the next job. */
  current: Batch | undefined
  index = 0
  #waiting: Batch[] = []
  #head = 0

  push(batch: Batch): void {
    this.#waiting.push(batch)
  }

  take(): Batch | undefined {
    if (this.#head === this.#waiting.length) return undefined
    this.current = this.#waiting[this.#head++]
    this.index = 0
    if (this.#head === this.#waiting.length) {
      this.#waiting = []
      this.#head = 0
    }
    return this.current
  }

  /** Nothing of it is begun any more. */
  drop(): void {
    this.#waiting = []
    this.#head = 0
    this.index = Infinity
  }
}

/** What was sent to this place once, for all the jobs that refer to it. */
export class ReceivedConstants {
  readonly #values = new Map<number, unknown>()
  readonly #byReference: boolean

  constructor(byReference: boolean) {
    this.#byReference = byReference
  }

  add([, number, value, buffers]: NewConstant): void {
    const whole = buffers === undefined ? value : restoreBuffers(value, buffers)
    this.#values.set(number, this.#byReference ? frozenCopyOf(whole) : frozen(whole))
  }

  forget(number: number): void {
    this.#values.delete(number)
  }

  /** The attributes of a job of this batch, those that it shares included. */
  addTo(own: unknown, batch: Batch): unknown {
    return Object.assign(own as object, this.of(batch))
  }

  /** Those of a batch by name; each is one object for all jobs. */
  of(batch: Batch): Readonly<Record<string, unknown>> {
    return Object.fromEntries((batch[8] ?? []).map(([name, number]) => [name, this.#values.get(number)]))
  }
}

/** In this very thread nothing is cloned on its way, and what was given must not be frozen. */
function frozenCopyOf(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && survey(value)?.emptied !== undefined) return value
  try {
    return frozen(structuredClone(value))
  } catch {
    return value // it holds a function, say, which no copy can have: the very thing, as everything here passes
  }
}

/** The attributes of the job in place `i` of a batch, but for what it shares with the others. */
export function attributesIn(batch: Batch, station: Station, i: number): unknown {
  const columns = batch[6]
  const { only, names } = station
  const attributes =
    only !== undefined
      ? { [only]: (columns[0] as readonly unknown[])[i] }
      : names === undefined
        ? (columns[0] as readonly unknown[])[i]
        : recordOf(names, columns, i)
  return batch[7] === undefined ? attributes : restoreBuffers(attributes, batch[7])
}

function recordOf(names: readonly string[], columns: readonly (readonly unknown[])[], i: number): unknown {
  const attributes: Record<string, unknown> = {}
  for (let c = 0; c < names.length; c++) {
    const name = names[c] as string
    const value = (columns[c] as readonly unknown[])[i]
    if (name === '__proto__') Object.defineProperty(attributes, name, { value, enumerable: true })
    else attributes[name] = value
  }
  return attributes
}

/** Extras are few and in order. */
export const extraIn = (extras: readonly Extra[], i: number): Extra | undefined =>
  extras.find(([index]) => index === i)
