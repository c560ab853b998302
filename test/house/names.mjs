/**
 * One word, one meaning: no name is exported by two modules of src/, and no file name stands in two folders, but for those
 * below, each with its reason. Part of `npm run ok`.
 *
 * A name that a module passes on (`export … from`) is not declared there. Browser twins (`x.browser.ts`) say the same as `x.ts`.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../src/', import.meta.url))

/** At most five each: what is allowed twice, and why. */
const allowedNames = {
  Shown:
    'two entry points export one each: what a queue shows of its mailbox, and what a dashboard needs of a boss',
}
const allowedFiles = {
  'limits.ts': 'one for each room: docs/limits.md is made of them',
  'main.ts': 'what is started: the command in a shell, the page in a browser',
  'run.ts':
    'the command `run`, named as all commands are; and what a run looks like, named after its only type',
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  path => path.endsWith('.ts') && !path.endsWith('.browser.ts') && !path.endsWith('.d.ts'),
)
const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type) (\w+)/gm

const twice = (where, allowed) =>
  [...where].filter(([name, places]) => new Set(places).size > 1 && !(name in allowed))

const names = new Map()
const fileNames = new Map()
const add = (map, name, place) => map.set(name, [...(map.get(name) ?? []), place])
for (const file of files) {
  if (!file.startsWith('entries/')) add(fileNames, basename(file), file)
  for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(declaration)) add(names, name, file)
}

let wrong = 0
for (const [what, where, allowed] of [
  ['is exported by', names, allowedNames],
  ['is the name of', fileNames, allowedFiles],
]) {
  if (Object.keys(allowed).length > 5)
    throw new Error('More than five are allowed: mend one before allowing another')
  for (const [name, places] of twice(where, allowed)) {
    wrong++
    console.error(`${name} ${what} ${[...new Set(places)].join(', ')}`)
  }
  for (const name of Object.keys(allowed))
    if (new Set(where.get(name) ?? []).size < 2) {
      wrong++
      console.error(`${name} is allowed twice, and is there once: take it off the list`)
    }
}
console.log(wrong === 0 ? 'One word, one meaning.' : `${wrong} words with two meanings`)
process.exitCode = wrong === 0 ? 0 : 1
