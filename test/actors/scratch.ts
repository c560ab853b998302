/** A folder of the test's own, gone when the test is over. */

import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ExecutionContext } from 'ava'

export interface Scratch {
  readonly folder: string
  path(name: string): string
  /** Writes a file, and says where. */
  file(name: string, content: string | Uint8Array): string
}

export function scratch(t: ExecutionContext): Scratch {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rxboss-actors-')))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const path = (name: string) => join(folder, name)
  return {
    folder,
    path,
    file: (name, content) => {
      writeFileSync(path(name), content)
      return path(name)
    },
  }
}
