/** The worker definitions in a file. */

import type { AnyWorker } from '../index.ts'
import { RunError } from './end.ts'
import { findWorkers } from './find-workers.ts'

export async function loadWorkers(target: string): Promise<readonly AnyWorker[]> {
  const url = findWorkers(target)
  const module = (await import(url.href)) as Record<string, unknown>
  const found = [...new Set(Object.values(module).flat())].filter(isDefinition)
  if (found.length === 0)
    throw new RunError(`${target} exports no worker: export default defineWorker(import.meta, { ... })`)
  return found
}

const isDefinition = (value: unknown): value is AnyWorker =>
  typeof value === 'object' && value !== null && 'footprint' in value && 'work' in value
