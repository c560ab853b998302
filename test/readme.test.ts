/** The README's programs are run, and print what it says they print. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test from 'ava'
import ts from 'typescript'

const root = new URL('../../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

/** Fenced blocks of TypeScript, in order. */
const programs = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string)

const toJavaScript = (code: string): string =>
  ts
    .transpileModule(code, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    })
    .outputText.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'")

test('the first example of the README prints what its comments say', t => {
  const [worker, main] = programs
  if (worker === undefined || main === undefined) return t.fail('the README has lost its example')
  t.true(main.split('\n').length <= 13, 'twelve lines, no more')
  const expected = [...main.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line)
  const folder = mkdtempSync(join(fileURLToPath(new URL('dist/', root)), 'readme-'))
  try {
    writeFileSync(join(folder, 'primes.js'), toJavaScript(worker))
    writeFileSync(join(folder, 'main.js'), toJavaScript(main))
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(folder, 'main.js')], {
      encoding: 'utf8',
    })
    t.is(stderr, '')
    t.is(status, 0)
    t.deepEqual(stdout.trim().split('\n'), expected as string[])
  } finally {
    rmSync(folder, { recursive: true })
  }
  t.true(readme.includes('npm ci && npm start') && readme.includes('npm cit'))
})
