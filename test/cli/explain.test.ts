/** `--explain`: where nothing ends for a while, what holds back who waits longest. */

import test from 'ava'
import { explainStuck } from '../../src/cli/run/explain-stuck.ts'
import { Boss, exclusive, inline } from '../../src/index.ts'
import { ndjson, rxboss, worker } from './command.ts'
import any from './workers/any.ts'

test('where nothing ends, it is said who waits and why; where something does, nothing is', async t => {
  const rules = exclusive(({ file }) => [file])
  const boss = new Boss({ workers: any, crew: inline(), scheduler: rules, graceMs: 0 })
  const said: string[] = []
  let next: ((value: unknown) => void) | undefined
  const say = (text: string) => {
    said.push(text)
    next?.(0)
  }
  explainStuck(boss, say, 30)
  boss.give({ file: 'a', until: '/nowhere/at/all' })
  boss.give({ file: 'a' })
  await new Promise(resolve => setTimeout(resolve, 50))
  t.deepEqual(said, [], 'a boss that is halted is not stuck')
  boss.makeThemWork()
  await new Promise(resolve => {
    next = resolve
  })
  t.regex(
    said[0] ?? '',
    /^nothing has ended for 0.03 s: "any#1" waits for .*: exclusive "a": it is taken, behind #0$/,
  )
  await boss.stopThemWorking()
})

test('--explain is an option of `run`, and says nothing where work goes on', async t => {
  const { code, stderr } = await rxboss(['run', worker('any'), '-j1', '--explain', '--no-summary'], {
    input: ndjson({ n: 1 }, { n: 2 }),
  })
  t.is(code, 0)
  t.notRegex(stderr, /nothing has ended/)
})
