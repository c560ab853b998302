/** Files of this package that are started by their path: threads and children begin with one. A bundler does not see them. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The file `name` beside the module that asks.
 *
 * @param from  `import.meta.url` of that module; a bundler that makes CommonJS leaves it empty
 * @param instead  what to write where the package has to be part of a bundle
 * @throws {TypeError} when it is not there, with what to tell the bundler
 */
export function ownFile(name: string, from: string | undefined, instead: string): URL {
  const extension = from?.endsWith('.ts') ? 'ts' : 'js'
  const file = from === undefined ? undefined : new URL(`./${name}.${extension}`, from)
  if (file !== undefined && (file.protocol !== 'file:' || existsSync(fileURLToPath(file)))) return file
  throw new TypeError(
    `Cannot start where the work is done: "${name}.js" of rxboss is not beside ${from ?? 'the program'}. A bundler took ` +
      `rxboss into its output, and that file stayed behind. Keep rxboss outside: esbuild --external:rxboss, ` +
      `Rollup external: [/^rxboss/], webpack externals: { rxboss: 'module rxboss' }, Next.js serverExternalPackages: ['rxboss']. ${instead}`,
  )
}
