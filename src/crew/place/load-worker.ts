/** Imports a user's worker file: natively where Node can, else as typescript-file.ts has it. */

import { pathToFileURL } from 'node:url'

import { definitionsIn } from '../../worker/definitions-in.ts'
import type { AnyWorker } from '../../worker/worker.ts'
import { hindranceOf, importByJiti } from './typescript-file.ts'

type Module = Readonly<Record<string, unknown>>

/**
 * The module at a path or `file:` URL.
 *
 * @throws (rejects) the file's own error; or one that says what to write or install, when it is TypeScript and nothing
 *   here can read that
 */
export async function loadWorker(pathOrUrl: string): Promise<Module> {
  const url = /^(file|data|node):/.test(pathOrUrl) ? pathOrUrl : pathToFileURL(pathOrUrl).href
  try {
    return (await import(url)) as Module
  } catch (error) {
    const hindrance = hindranceOf(error, url)
    if (hindrance === undefined) throw error
    return importByJiti(url, hindrance)
  }
}

/**
 * The definition of that name: the default export, or any other.
 *
 * @throws when there is none, naming the file and what it does export
 */
export function findDefinition(module: Module, name: string, url: string): AnyWorker {
  const found = definitionsIn(module)
  const definition = found.find(one => one.name === name)
  if (definition !== undefined) return definition
  const names = [...new Set(found.map(one => `"${one.name}"`))].join(', ')
  throw new Error(
    `Cannot find worker "${name}" in ${url}: the file must export it` +
      (names === '' ? ', and it exports no worker definition' : `, and it exports ${names}`),
  )
}

/** A definition for each reference, in order. @throws (rejects) as `loadWorker` and `findDefinition` do */
export async function loadDefinitions(
  refs: readonly { readonly name: string; readonly url: string }[],
): Promise<readonly AnyWorker[]> {
  const found = []
  for (const { name, url } of refs) found.push(findDefinition(await loadWorker(url), name, url))
  return found
}
