/** `--results DIR`: a file for each final report. A file is there whole or not at all. */

import { createHash } from 'node:crypto'
import { mkdirSync, rename, rm, writeFile } from 'node:fs'
import { join } from 'node:path'

import type { Settled } from '../../index.ts'
import { RunError } from '../exit-codes.ts'
import { filesAtOnce } from '../limits.ts'
import type { RecordContext, Sink } from './sink.ts'

export class ResultsFolder implements Sink {
  readonly what: string
  readonly files: readonly string[]
  onBroken: (error: NodeJS.ErrnoException) => void = () => {}
  onRelief: () => void = () => {}
  readonly #folder: string
  /** How many reports had each name in this life: keys may come twice. */
  readonly #names = new Map<string, number>()
  #writing = 0
  #written = 0
  #broken = false
  #idle: (() => void)[] = []

  /** @throws {RunError} when the folder cannot be made */
  constructor(folder: string) {
    this.#folder = folder
    this.what = `the results in ${folder}`
    this.files = [`results → ${folder}`]
    try {
      mkdirSync(folder, { recursive: true })
    } catch (error) {
      throw new RunError(`Cannot make the folder ${folder}: ${(error as NodeJS.ErrnoException).code}`, {
        cause: error,
      })
    }
  }

  settled(report: Settled, { key, printed }: RecordContext): void {
    const name = key === undefined ? String(report.id) : nameOfKey(key)
    const nth = (this.#names.get(name) ?? 0) + 1
    this.#names.set(name, nth)
    this.put(name, printed, nth)
  }

  /** @param nth  of those with this name */
  put(name: string, json: string, nth = 1): void {
    if (this.#broken) return
    this.#writing++
    // `~` is in no name of `safeName`.
    const path = join(this.#folder, `${safeName(name)}${nth === 1 ? '' : `~${nth}`}.json`)
    const temporary = `${path}.${process.pid}-${this.#written++}.tmp`
    const end = (error: NodeJS.ErrnoException | null) => {
      if (error !== null) this.#break(error, temporary)
      this.#wrote()
    }
    // Promises would take as long again as all that is ours here.
    writeFile(temporary, json, error => {
      if (error === null) rename(temporary, path, end)
      else end(error)
    })
  }

  #break(error: NodeJS.ErrnoException, temporary: string): void {
    rm(temporary, { force: true }, () => {}) // the disk has said what it has to say
    if (this.#broken) return
    this.#broken = true
    this.onBroken(error)
  }

  #wrote(): void {
    this.#writing--
    if (this.#writing === filesAtOnce / 2) this.onRelief()
    if (this.#writing > 0) return
    for (const resolve of this.#idle) resolve()
    this.#idle = []
  }

  get pressed(): boolean {
    return this.#writing >= filesAtOnce
  }

  close(): Promise<void> {
    return this.written()
  }

  written(): Promise<void> {
    return this.#writing === 0 ? Promise.resolve() : new Promise(resolve => this.#idle.push(resolve))
  }
}

/** A key that looks like an id is marked as a key, so that no two records have one file. */
export const nameOfKey = (key: string): string => (/^(key-)*\d+$/.test(key) ? `key-${key}` : key)

/** The first letter of a name that Windows keeps for a device, whatever follows its first dot. */
const device = /^(?=(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))./i

const hexOf = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase()

/** A name that is a file name everywhere: what is not, is written as `%2F`; two names never become one. */
export function safeName(name: string): string {
  const safe = name
    .split(/(\p{Surrogate})/u)
    .map((part, i) => (i % 2 === 0 ? encodeURIComponent(part) : `%u${hexOf(part)}`))
    .join('')
    .replace(/[*'()!~]/g, one => `%${hexOf(one)}`)
    .replace(/^\.|\.$/g, '%2E')
    .replace(device, one => `%${hexOf(one)}`)
  if (safe === '') return '%'
  if (safe.length <= 200) return safe
  // Longer ones are cut, and made different again by a hash of the whole.
  return `${safe.slice(0, 180)}%${createHash('sha256').update(name).digest('hex').slice(0, 16)}`
}
