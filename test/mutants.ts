/**
 * Mutants: a test of the tests. Each is a compiled file with one rule deliberately broken; some property must notice.
 */

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export interface Mutant {
  /** What is broken, in words. */
  readonly broken: string
  /** Text of the compiled file that stands in it exactly once. */
  readonly find: string
  readonly put: string
}

let count = 0

/**
 * The module with one rule broken. It lies beside the original while it loads, so that its imports resolve.
 *
 * @throws {Error} when the text to change is not there exactly once: the source has moved on, and so must the mutant
 */
export async function loadMutant<M>(file: URL, mutant: Mutant): Promise<M> {
  const source = readFileSync(file, 'utf8')
  const places = source.split(mutant.find).length - 1
  if (places !== 1)
    throw new Error(
      `mutant "${mutant.broken}": its text stands ${places} times in ${basename(file.pathname)}`,
    )
  const path = fileURLToPath(file).replace(/\.js$/, `.mutant-${process.pid}-${count++}.js`)
  writeFileSync(path, source.replace(mutant.find, () => mutant.put).replace(/\n\/\/# sourceMappingURL.*/, ''))
  try {
    return (await import(pathToFileURL(path).href)) as M
  } finally {
    rmSync(path)
  }
}
