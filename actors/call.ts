/**
 * Calls an exported function of a module. Instruction: `{ module, export?, args? }`; `module` is a path (from the working
 * directory), a package or a URL. Result: what the function answers.
 */

import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'call',
  info: 'Calls an exported function of a module.',
  attr: {
    module: t.string,
    export: { type: t.string, default: 'default' },
    args: { type: t.array(t.unknown), default: () => [] },
  },
  work: async ({ module, export: name, args }): Promise<unknown> => {
    const exported: Record<string, unknown> = await import(address(module))
    const called = exported[name]
    if (typeof called !== 'function') {
      const names = Object.keys(exported).filter(key => typeof exported[key] === 'function')
      throw new TypeError(
        `${module} exports no function "${name}"; it exports: ${names.join(', ') || 'none'}`,
      )
    }
    return called(...args)
  },
})

const address = (module: string): string =>
  isAbsolute(module) || module.startsWith('.') ? pathToFileURL(resolve(module)).href : module
