/**
 * Mutants: a test of the tests. Each is a compiled file with one rule deliberately broken; some property must notice.
 */

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
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

/**
 * What modules of a folder export when one file of that folder has a rule broken: whichever has the text, exactly once. The
 * copy lies beside the original while it loads.
 *
 * @param folder  a URL that ends with a slash
 * @param entries  the modules wanted, within it; their exports come as one
 */
export async function loadMutantOf<M>(folder: URL, entries: readonly string[], mutant: Mutant): Promise<M> {
  const original = fileURLToPath(folder).replace(/\/$/, '')
  const copy = `${original}.mutant-${process.pid}-${count++}`
  try {
    cpSync(original, copy, { recursive: true, filter: path => !/\.(map|ts)$/.test(path) })
    const files = readdirSync(copy).map(name => ({
      path: join(copy, name),
      text: readFileSync(join(copy, name), 'utf8'),
    }))
    const places = files.flatMap(file => file.text.split(mutant.find).slice(1).fill(file.path))
    const [place] = places
    if (place === undefined || places.length > 1)
      throw new Error(
        `mutant "${mutant.broken}": its text stands ${places.length} times in ${basename(original)}`,
      )
    const source = readFileSync(place, 'utf8')
    writeFileSync(
      place,
      source.replace(mutant.find, () => mutant.put),
    )
    const modules = entries.map(entry => import(pathToFileURL(join(copy, entry)).href))
    return Object.assign({}, ...(await Promise.all(modules))) as M
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/**
 * One module of `src/` as it is when a file under it has one rule broken: for a rule that is to be noticed through others.
 *
 * @param entry  the module wanted, and `file`, the one to change, both relative to the compiled `src/`
 */
export async function loadMutantTree<M>(entry: string, file: string, mutant: Mutant): Promise<M> {
  const original = fileURLToPath(new URL('../src', import.meta.url))
  const copy = `${original}-mutant-${process.pid}-${count++}`
  try {
    cpSync(original, copy, {
      recursive: true,
      filter: path => !/\.(map|ts)$|\.mutant-/.test(path),
    })
    const path = join(copy, file)
    const source = readFileSync(path, 'utf8')
    if (source.split(mutant.find).length !== 2)
      throw new Error(`mutant "${mutant.broken}": its text is not exactly once in ${file}`)
    writeFileSync(
      path,
      source.replace(mutant.find, () => mutant.put),
    )
    return (await import(pathToFileURL(join(copy, entry)).href)) as M
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
