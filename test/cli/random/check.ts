/** Runs command lines by lot, some at a time, and tells what is wrong with any of them. */

import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { commandLine, flawOf, runLine } from './command-lines.ts'
import { writeInputs } from './inputs.ts'

/** @returns a text for each that is not as it should be, with what reproduces it */
export async function flawsOf(
  seeds: readonly number[],
  told: (done: number) => void = () => {},
  atOnce = 2,
): Promise<string[]> {
  const folder = writeInputs()
  const before = fingerprint(folder)
  const flaws: string[] = []
  const left = [...seeds]
  let done = 0
  const work = async (scratch: string) => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const line = commandLine(seed)
      const ran = await runLine(line, folder, scratch)
      const changed = fingerprint(folder) !== before
      if (changed) writeInputs(folder)
      const flaw = flawOf(line, ran) ?? (changed ? 'an input was changed' : undefined)
      if (flaw !== undefined) flaws.push(`seed ${seed}: ${flaw}\n  ${ran.text}\n  ${ran.err.slice(0, 300)}`)
      told(++done)
    }
    rmSync(scratch, { recursive: true, force: true })
  }
  await Promise.all(Array.from({ length: atOnce }, (_, i) => work(`${folder}-${i}`)))
  rmSync(folder, { recursive: true, force: true })
  return flaws
}

/** Of all files in the folder: their names, and what is in them. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) {
    hash.update(`${name}\0`)
    if (lstatSync(join(folder, name)).isFile()) hash.update(readFileSync(join(folder, name)))
  }
  return hash.digest('hex')
}
