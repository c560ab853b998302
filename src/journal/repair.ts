/** Salvages a journal: a copy with what is whole in it takes its place, and the damaged one stays beside it. */

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

import type { JournalHeader } from './header.ts'
import { flawOfLine } from './read-journal.ts'
import { eachLine } from './read-lines.ts'
import { sealed } from './seal.ts'

export interface Repaired {
  /** Numbers of lines that were left out. */
  readonly lines: readonly number[]
  /** Where the damaged file is now. */
  readonly damaged: string
}

/** @returns nothing where nothing is broken */
export function repairJournal(path: string, header: JournalHeader): Repaired | undefined {
  const copy = `${path}.repaired`
  const lines: number[] = []
  const file = openSync(copy, 'w')
  let number = 0
  try {
    let isSealed = true
    const { tornBytes } = eachLine(path, bytes => {
      const first = ++number === 1
      const flaw = flawOfLine(bytes, first, isSealed)
      if (first && flaw === undefined)
        isSealed = (JSON.parse(bytes.toString('utf8')) as JournalHeader).journal !== 1
      if (flaw === undefined) writeSync(file, Buffer.concat([bytes, newline]))
      else {
        lines.push(number)
        // Without its first line nobody knows what the others are of: of this run, says who repairs it.
        if (first) writeSync(file, sealed(header))
      }
    })
    if (tornBytes > 0) lines.push(number + 1)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  if (lines.length === 0) {
    rmSync(copy)
    return undefined
  }
  const damaged = freeName(`${path}.damaged`)
  renameSync(path, damaged)
  renameSync(copy, path)
  return { lines, damaged }
}

const newline = Buffer.from('\n')

function freeName(path: string): string {
  let name = path
  for (let i = 2; existsSync(name); i++) name = `${path}.${i}`
  return name
}
