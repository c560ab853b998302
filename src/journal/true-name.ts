/** The one name of a file that has several: symbolic links followed, also to a file that is not there yet. */

import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { mostLinks } from './limits.ts'

export function trueName(path: string): string {
  let at = resolve(path)
  for (let links = 0; links < mostLinks; links++) {
    try {
      return realpathSync(at)
    } catch {
      if (!isLink(at)) break
      at = resolve(dirname(at), readlinkSync(at))
    }
  }
  try {
    return join(realpathSync(dirname(at)), basename(at))
  } catch {
    return at // there is no such folder: opening it will say so
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}
