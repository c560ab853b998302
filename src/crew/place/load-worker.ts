/**
 * Imports a user's worker file. TypeScript natively where Node can, else by jiti where it is installed, else an error
 * that says what to install or build.
 */

import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { definitionsIn } from '../../worker/definitions-in.ts'
import type { AnyWorker } from '../../worker/worker.ts'

type Module = Readonly<Record<string, unknown>>

/**
 * The module at a path or `file:` URL.
 *
 * @throws (rejects) the file's own error; or one that says what to install, when it is TypeScript and nothing here can
 *   read that
 */
export async function loadWorker(pathOrUrl: string): Promise<Module> {
  const url = /^(file|data|node):/.test(pathOrUrl) ? pathOrUrl : pathToFileURL(pathOrUrl).href
  try {
    return (await import(url)) as Module
  } catch (error) {
    const cause = needsTypeScript(error, url)
    if (cause === undefined) throw error
    return importByJiti(url, cause)
  }
}

const typeScript = new Set(['.ts', '.mts', '.cts', '.tsx'])

/** The error, when what stands in the way is TypeScript. */
function needsTypeScript(error: unknown, url: string): Error | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return typeScript.has(extname(new URL(url).pathname)) ? error : undefined
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return error
  // `import './primes.js'` in a TypeScript file, and only primes.ts is there
  const missing =
    code === 'ERR_MODULE_NOT_FOUND' ? /Cannot find module '(.+?)'/.exec(error.message)?.[1] : undefined
  return missing && existsSync(missing.replace(/js$/, 'ts')) && missing.endsWith('js') ? error : undefined
}

async function importByJiti(url: string, cause: Error): Promise<Module> {
  const jiti = await import('jiti').catch((error: { code?: unknown }) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  })
  const path = fileURLToPath(url)
  if (jiti === undefined)
    throw new Error(
      `Cannot import ${path}: Node ${process.versions.node} does not read TypeScript. ` +
        `Install jiti ("npm install jiti"), use Node 22.18 or newer, or build it and give the .js file`,
      { cause },
    )
  const { createJiti } = jiti
  const plain = createJiti(import.meta.url)
  // It knows `import.meta.url` and the like; a file that hands `import.meta` on would be told of a data URL.
  const transform = (options: { source: string }) => ({
    code: plain.transform({ ...options, source: options.source.replace(handedOn, itself) }),
  })
  return createJiti(import.meta.url, { fsCache: false, transform }).import<Module>(path)
}

const handedOn = /\bimport\.meta(?=\s*[,)])/g
const itself = '({ url: import.meta.url, filename: import.meta.filename, dirname: import.meta.dirname })'

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
