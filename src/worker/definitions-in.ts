/**
 * The worker definitions that a module exports, however it was written: an ES module, CommonJS by hand, or either as a
 * compiler or bundler left it.
 *
 *     export default definition               { default }
 *     module.exports = definition             { default }
 *     exports.a = definition                  { default: { a } }
 *     TypeScript, esbuild, swc to CommonJS    { default: { __esModule, default } }
 */

import { isWorkerDefinition } from './define-worker.ts'
import type { AnyWorker } from './worker.ts'

/** Each once, the default one first. A list of them counts as well. */
export function definitionsIn(module: Readonly<Record<string, unknown>>): readonly AnyWorker[] {
  const found = new Set<AnyWorker>()
  const look = (value: unknown, depth: number): void => {
    if (isWorkerDefinition(value)) found.add(value)
    else if (Array.isArray(value)) for (const one of value) look(one, 0)
    else if (depth > 0 && typeof value === 'object' && value !== null) {
      const { default: first, ...others } = value as Readonly<Record<string, unknown>>
      for (const one of [first, ...Object.values(others)]) look(one, depth - 1)
    }
  }
  look(module, 3)
  return [...found]
}
