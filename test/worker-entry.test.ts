import { execFileSync } from 'node:child_process'

import test from 'ava'

test('rxboss/worker loads neither rxjs nor io-ts nor threads: a thread starts sooner', t => {
  const entry = new URL('../src/worker-entry.js', import.meta.url).href
  const code = `import(${JSON.stringify(entry)}).then(() =>
    console.log(JSON.stringify(Object.keys(require.cache).concat(process.moduleLoadList.filter(one => one.includes('worker_threads'))))))`
  const loaded = JSON.parse(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' })) as string[]
  t.deepEqual(
    loaded.filter(path => /rxjs|io-ts|fp-ts|node_modules.threads|threads.dist/.test(path)),
    [],
  )
})
