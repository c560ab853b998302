/** The worker definitions in a file. */

import { fileURLToPath } from 'node:url'

import { loadWorker } from '../crew/place/load-worker.ts'
import type { AnyWorker } from '../index.ts'
import { definitionsIn } from '../worker/definitions-in.ts'
import { RunError } from './exit-codes.ts'
import { findWorkers } from './find-workers.ts'
import { placeOfError } from './place-of-error.ts'
import { isProgramFile, loadProgram, type ProgramOptions } from './program-workers.ts'

/**
 * Every definition that the file exports, the default one first.
 *
 * @throws {RunError} when it is not there, cannot be imported, or exports none
 */
export async function loadWorkers(
  target: string,
  options: ProgramOptions = {},
): Promise<readonly AnyWorker[]> {
  const url = findWorkers(target)
  const path = fileURLToPath(url)
  if (options.command !== undefined || isProgramFile(path)) return loadProgram(path, options)
  withoutAdvice()
  const module = await loadWorker(url.href).catch(cause => {
    const why = cause instanceof Error ? cause.message : String(cause)
    if (why.startsWith('Cannot import ')) throw new RunError(why, { cause })
    const place = placeOfError(cause, url.href)
    throw new RunError(
      `Cannot import ${target}: ${why}${place === undefined ? '' : ` (${place})`}${remedyOf(why, url)}`,
      { cause },
    )
  })
  const found = definitionsIn(module)
  if (found.length > 0) return found
  const names = Object.keys(module).join(', ')
  throw new RunError(
    `${target} exports no worker${names === '' ? '' : ` (it exports ${names})`}: write export default defineWorker(import.meta, { ... })`,
  )
}

/** A file of ES modules that Node takes for CommonJS, as in the package that `npm init` makes. */
function remedyOf(why: string, url: URL): string {
  if (!/import statement outside a module|Unexpected token 'export'/.test(why)) return ''
  return `. Rename it to .mjs, or write "type": "module" into the package.json above ${url.pathname}`
}

let heeded = false

/** Node's own advice would come as a warning of its process, before our word and in others. */
function withoutAdvice(): void {
  if (heeded) return
  heeded = true
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', warning => {
    if (!warning.message.startsWith('To load an ES module')) for (const listen of listeners) listen(warning)
  })
}
