import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import test from 'ava'

import '../../docs/examples/summer.ts' // compiles it, for the command to find
import { describeWorkers } from '../../src/cli/describe-command.ts'
import type { RegistryDescription } from '../../src/worker/describe.ts'

const summer = fileURLToPath(new URL('../../docs/examples/summer.js', import.meta.url))

test('a worker file is described in Markdown', async t => {
  const text = await describeWorkers(summer, {})
  t.regex(
    text,
    /^## summer\n\nAdds a value to a shared sum\.\n\n\| attribute \| type \| default \| what \|\n/,
  )
  t.regex(text, /\| `useLock` \| `boolean` \| `true` \| {2}\|/)
})

test('the ready-made workers are described when none is named, each with an example', async t => {
  const { workers } = JSON.parse(await describeWorkers(undefined, { json: true })) as RegistryDescription
  t.true(workers.some(({ name }) => name === 'digest'))
  for (const { name, info } of workers) t.not(info, '', name)
})

test('the command prints it', t => {
  const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
  const text = execFileSync(process.execPath, [main, 'describe', 'digest'], { encoding: 'utf8' })
  t.regex(text, /^## digest\n[\s\S]*Example: `\{"path":"text"\}`\n$/)
})
