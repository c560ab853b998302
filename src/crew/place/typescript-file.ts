/**
 * Worker files in TypeScript. Node from 22.18 on erases types and no more: what it refuses jiti takes, where that is
 * installed, else an error says what to write or install.
 *
 *     on Node 20                                    any TypeScript
 *     on later ones    import './helper'            no extension, or a folder
 *                      import { Shape } from …      a type among values
 *                      import '@lib/helper'         `paths` of tsconfig.json
 *                      enum, namespace              what has to be compiled
 */

import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

type Module = Readonly<Record<string, unknown>>

/** What keeps Node from importing a TypeScript file that a compiler would take. */
export interface Hindrance {
  readonly error: Error
  /** In Node, this way. */
  readonly remedy: string
}

const ofPackages = 'install that package, or write a path of tsconfig.json as a relative one'
const ofFiles = "write the file that is imported with its extension (import './helper.ts')"
const typeScript = new Set(['.ts', '.mts', '.cts', '.tsx'])

/** @returns `undefined` when TypeScript has nothing to do with it */
export function hindranceOf(error: unknown, url: string): Hindrance | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && typeScript.has(extname(new URL(url).pathname)))
    return { error, remedy: 'use Node 22.18 or newer, or build it and give the .js file' }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return {
      error,
      remedy: 'write it without what has to be compiled (enum, namespace, parameter properties)',
    }
  const importer = /imported from (.+)$/m.exec(error.message)?.[1] ?? ''
  if (
    /^ERR_(MODULE_NOT_FOUND|UNSUPPORTED_DIR_IMPORT)$/.test(String(code)) &&
    typeScript.has(extname(importer))
  )
    return { error, remedy: /Cannot find package/.test(error.message) ? ofPackages : ofFiles }
  return mayBeOfATypeOnly(error)
    ? { error, remedy: "import types by 'import type', or as 'type Shape'" }
    : undefined
}

/** A name that the other file does not export, and may well declare as a type. A slip of the pen is Node's to tell. */
function mayBeOfATypeOnly({ message, stack = '' }: Error): boolean {
  const [, file] = /^(file:\S+\.[cm]?tsx?):\d+\n/.exec(stack) ?? []
  const [, module, name] = /module '(.+?)' does not provide an export named '(.+?)'/.exec(message) ?? []
  if (file === undefined || module === undefined) return false
  if (!module.startsWith('.')) return true
  try {
    const text = readFileSync(new URL(module, file), 'utf8')
    return new RegExp(`\\b(interface|type|enum|namespace)\\b[^;=]*\\b${name}\\b|export \\*`).test(text)
  } catch {
    return true
  }
}

/** @throws (rejects) the file's own error; that of Node, when jiti does not find it either, or is not installed */
export async function importByJiti(url: string, { error, remedy }: Hindrance): Promise<Module> {
  const path = fileURLToPath(url)
  const jiti = await import('jiti').catch((thrown: { code?: unknown }) => {
    if (thrown.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw thrown
  })
  if (jiti === undefined)
    throw new Error(
      `Cannot import ${path}: ${error.message.replace(/\.$/, '')}. Node ${process.versions.node} ` +
        `${isOfNode20(error) ? 'reads no TypeScript' : 'erases types, and compiles nothing'}: ${remedy}, or install jiti ("npm install jiti")`,
      { cause: error },
    )
  const { createJiti } = jiti
  const plain = createJiti(import.meta.url)
  // It knows `import.meta.url` and the like; a file that hands `import.meta` on would be told of a data URL.
  const transform = (options: { source: string }) => ({
    code: plain.transform({ ...options, source: options.source.replace(handedOn, itself) }),
  })
  try {
    // From the file itself: the tsconfig.json that is looked for is the one above it.
    return await createJiti(url, { fsCache: false, tsconfigPaths: true, transform }).import<Module>(path)
  } catch (thrown) {
    throw /MODULE_NOT_FOUND$/.test(String((thrown as { code?: unknown } | null)?.code)) && !isOfNode20(error)
      ? error
      : thrown
  }
}

const isOfNode20 = (error: Error) => (error as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION'

const handedOn = /\bimport\.meta(?=\s*[,)])/g
const itself = '({ url: import.meta.url, filename: import.meta.filename, dirname: import.meta.dirname })'
