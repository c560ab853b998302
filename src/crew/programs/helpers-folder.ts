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
