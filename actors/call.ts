/**
 * Calls an exported function of a module. Instruction: `{ module, export?, args? }`, or `arg` for a single argument.
 * `module` is a path from the working directory, a URL, or a package. Result: what the function answers.
 */

import { statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'call',
  info: 'Calls an exported function of a module.',
  attr: {
    module: { type: t.string, info: 'A path from the working directory, a URL, or a package.' },
    export: { type: t.string, default: 'default' },
    args: { type: t.array(t.unknown), default: () => [], info: 'Its arguments.' },
    arg: { type: t.unknown, info: 'Its only argument, instead of `args`.' },
  },
  only: {
    args: (args: readonly unknown[], { attributes }: { attributes: { arg?: unknown } }) =>
      args.length === 0 || attributes.arg === undefined || "expected 'args' or 'arg', got both",
  },
  work: async ({ module, export: name, args, arg }): Promise<unknown> => {
    const exported: Record<string, unknown> = await import(address(module))
    const called = exported[name]
    if (typeof called !== 'function') {
      const names = Object.keys(exported).filter(key => typeof exported[key] === 'function')
      throw new TypeError(
        `Cannot call "${name}" of ${module}: it must be an exported function, and those are: ${names.join(', ') || 'none'}`,
      )
    }
    return called(...(arg === undefined ? args : [arg]))
  },
})

function address(module: string): string {
  const path = resolve(module)
  if (isAbsolute(module) || module.startsWith('.')) return pathToFileURL(path).href
  if (isBuiltin(module) || URL.canParse(module)) return module
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return pathToFileURL(path).href
  try {
    return pathToFileURL(createRequire(resolve('any')).resolve(module)).href // as a program in that directory sees it
  } catch {
    return module // a package for `import` alone, or none at all: import says so
  }
}
