/** The worker definitions in a file. */

import { loadWorker } from '../crew/place/load-worker.ts'
import type { AnyWorker } from '../index.ts'
import { definitionsIn } from '../worker/definitions-in.ts'
import { RunError } from './exit-codes.ts'
import { findWorkers } from './find-workers.ts'

/**
 * Every definition that the file exports, the default one first.
 *
 * @throws {RunError} when it is not there, cannot be imported, or exports none
 */
export async function loadWorkers(target: string): Promise<readonly AnyWorker[]> {
  const url = findWorkers(target)
  const module = await loadWorker(url.href).catch(cause => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RunError(`Cannot import ${target}: ${why}`, { cause })
  })
  const found = definitionsIn(module)
  if (found.length > 0) return found
  const names = Object.keys(module).join(', ')
  throw new RunError(
    `${target} exports no worker${names === '' ? '' : ` (it exports ${names})`}: write export default defineWorker(import.meta, { ... })`,
  )
}
