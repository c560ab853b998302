/** What a worker file imports loads fast: neither rxjs, nor threads, nor io-ts come with it. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import test from 'ava'

const program = `
import 'rxboss/worker'
import { createRequire } from 'node:module'
console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)))
`

const loadedBy = (code: string): string[] => {
  const cwd = fileURLToPath(new URL('../../../', import.meta.url))
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd,
    encoding: 'utf8',
  })
  return JSON.parse(stdout)
}

test('rxboss/worker brings neither rxjs, nor threads, nor io-ts with it', t => {
  const packages = loadedBy(program).filter(path => /node_modules\/(rxjs|threads|io-ts|fp-ts)\//.test(path))
  t.deepEqual(packages, [])
})

test('importing rxboss prints nothing and installs no signal handler', t => {
  const code = `import 'rxboss'; console.log(JSON.stringify(['SIGINT','SIGTERM'].map(s => process.listenerCount(s))))`
  t.deepEqual(loadedBy(code) as unknown, [0, 0])
})
