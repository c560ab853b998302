/** Programs of strangers, who have the tarball and nothing else of ours. */

import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { root } from '../docs/snippets.ts'

const worker = `import { defineWorker } from 'rxboss/worker'
import * as t from 'io-ts'
export default defineWorker(import.meta, { name: 'square', attr: { n: t.number }, work: ({ n }) => n * n })
`

export const run = (args: readonly string[], cwd: string) =>
  execFileSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })

export interface Stranger {
  /** A folder with the tarball beside it, whose needs are found from there alone, `square.js` and these files. */
  project(how: 'strict' | 'linked', name: string, files: Readonly<Record<string, string>>): string
  forget(): void
}

/** Packs what is built. */
export function stranger(): Stranger {
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'rxboss-packed-'))
  const packed = join(home, 'packed')
  const npm = ['pack', '--json', '--ignore-scripts', '--pack-destination', home]
  const [{ filename }] = JSON.parse(execFileSync('npm', npm, { cwd: root, encoding: 'utf8' }))
  mkdirSync(packed)
  execFileSync('tar', ['xzf', join(home, filename), '-C', packed])
  return {
    project: (how, name, files) => {
      const folder = join(home, name)
      const store = how === 'linked' ? join(home, `${name}-store`) : folder
      const rxboss = join(store, 'node_modules/rxboss')
      mkdirSync(dirname(rxboss), { recursive: true })
      mkdirSync(folder, { recursive: true })
      execFileSync('cp', ['-r', join(packed, 'package'), rxboss])
      const { dependencies } = JSON.parse(readFileSync(join(rxboss, 'package.json'), 'utf8'))
      const needs = [...Object.keys(dependencies), 'rxjs', 'io-ts', 'fp-ts']
      for (const one of needs) link(store, one, join(root, 'node_modules', one))
      if (how === 'linked') {
        link(folder, 'rxboss', rxboss)
        for (const one of ['rxjs', 'io-ts', 'fp-ts']) link(folder, one, join(root, 'node_modules', one))
      }
      writeFileSync(join(folder, 'package.json'), '{"name":"stranger","type":"module","private":true}')
      writeFileSync(join(folder, 'square.js'), worker)
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
      return folder
    },
    forget: () => rmSync(home, { recursive: true, force: true }),
  }
}

function link(folder: string, name: string, to: string): void {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(to, path)
}
