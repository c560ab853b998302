/** Which definitions can be imported elsewhere: a place of work imports the file of a definition by its URL. */

import { existsSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

interface Loadable {
  readonly name: string
  readonly url: string
}

/**
 * The program's own file would start the program again, and code that Node got by `--eval` or by a pipe has no file.
 *
 * @param where  `in a thread`
 * @throws {TypeError} with the remedy
 */
export function mustBeLoadable({ name, url }: Loadable, where: string): void {
  if (url.startsWith('program:'))
    throw new TypeError(
      `Cannot run worker "${name}" ${where}: it is a program. Give \`crew: programs()\` of rxboss/programs, or mixed(threads(), programs())`,
    )
  const remedy = `Put 'defineWorker' in a file of its own, which exports it and does nothing else`
  if (!url.startsWith('file:'))
    throw new TypeError(
      `Cannot run worker "${name}" ${where}: its file must be one that can be imported, not "${url.slice(0, 60)}". ${remedy}`,
    )
  const path = fileURLToPath(url)
  if (/^\[.*\d*\]$/.test(basename(path)) && !existsSync(path))
    throw new TypeError(
      `Cannot run worker "${name}" ${where}: there is no file to run, since its code came by 'node --eval' or by a pipe. ${remedy}`,
    )
  const entry = process.argv[1]
  if (entry !== undefined && realHref(url) === realHref(pathToFileURL(entry).href))
    throw new TypeError(
      `Cannot run worker "${name}" ${where}: its file must not be the program itself (${url}). ${remedy}`,
    )
}

function realHref(url: string): string {
  const path = fileURLToPath(url)
  try {
    return pathToFileURL(realpathSync(path)).href
  } catch {
    return url // not on disk (or not any more): its name is all there is
  }
}
