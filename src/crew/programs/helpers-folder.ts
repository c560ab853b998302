/** Where the helpers for other languages lie: in this package, whichever of its files runs. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let found: string | undefined

/** `undefined` where this code was bundled away from its package. */
export function helpersFolder(): string | undefined {
  for (let at = dirname(fileURLToPath(import.meta.url)); found === undefined; at = dirname(at)) {
    const folder = join(at, 'src/crew/programs/helpers')
    if (existsSync(join(folder, 'rxboss.py'))) found = folder
    if (dirname(at) === at) break
  }
  return found
}

/** The helpers, by language. */
const helpers: Readonly<Record<string, string>> = { python: 'rxboss.py', perl: 'Rxboss.pm' }

/**
 * The file of a helper: what a program in this language imports, to be copied beside it where it is not started by `programs()`.
 *
 * @throws {RangeError} when there is none
 */
export function helperFile(language: string): string {
  const folder = helpersFolder()
  const file = Object.hasOwn(helpers, language) ? helpers[language] : undefined
  if (file === undefined || folder === undefined)
    throw new RangeError(
      `Cannot find a helper for ${language}: ${folder === undefined ? 'this code was bundled away from its package' : `there are ${Object.keys(helpers).join(', ')}`}`,
    )
  return join(folder, file)
}
