/** `--results DIR`: a file for each final report. A file is there whole or not at all. */

import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { RunError } from '../exit-codes.ts'

/** So many files are written beside each other before the input waits. */
const atOnce = 64

export class ResultsFolder {
  onBroken: (error: NodeJS.ErrnoException) => void = () => {}
  onRelief: () => void = () => {}
  readonly #folder: string
  #writing = 0
  #written = 0
  #idle: (() => void)[] = []

  /** @throws {RunError} when the folder cannot be made */
  constructor(folder: string) {
    this.#folder = folder
    try {
      mkdirSync(folder, { recursive: true })
    } catch (error) {
      throw new RunError(`Cannot make the folder ${folder}: ${(error as NodeJS.ErrnoException).code}`, {
        cause: error,
      })
    }
  }

  put(name: string, json: string): void {
    this.#writing++
    const path = join(this.#folder, `${safeName(name)}.json`)
    // A name may come twice, before the first is written.
    const temporary = `${path}.${process.pid}-${this.#written++}.tmp`
    writeFile(temporary, json)
      .then(() => rename(temporary, path))
      .catch(error => this.onBroken(error))
      .finally(() => {
        this.#writing--
        if (this.#writing === atOnce / 2) this.onRelief()
        if (this.#writing > 0) return
        for (const resolve of this.#idle) resolve()
        this.#idle = []
      })
  }

  get pressed(): boolean {
    return this.#writing >= atOnce
  }

  written(): Promise<void> {
    return this.#writing === 0 ? Promise.resolve() : new Promise(resolve => this.#idle.push(resolve))
  }
}

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
