/** What docs/programs.md and docs/migrating.md show in Python runs as it stands there. */

import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import * as io from 'io-ts'

import { defineProgram, programs } from '../../../src/entries/programs.ts'
import { Boss } from '../../../src/index.ts'
import { folderWith, rxboss } from '../../cli/command.ts'
import { test } from './python.ts'

const root = new URL('../../../../', import.meta.url)

/** A block of Python from a page, into a folder. */
function take(page: string, pattern: RegExp, to: string): void {
  const found = pattern.exec(readFileSync(new URL(page, root), 'utf8'))?.[1]
  if (found === undefined) throw new Error(`${page} has no block for ${to}`)
  writeFileSync(to, found)
}

test('the worker of the guide smooths', async t => {
  const folder = folderWith()
  take('docs/programs.md', /```python\n(# smooth\.py[\s\S]*?)```/, join(folder, 'smooth.py'))
  const smooth = defineProgram({
    name: 'smooth',
    attr: { values: io.array(io.number), radius: { type: io.Int, default: 1 } },
    command: ['python3', pathToFileURL(join(folder, 'smooth.py'))],
  })
  await using boss = new Boss({ workers: [smooth], crew: programs() }).start()
  t.deepEqual(await boss.run({ values: [1, 5, 3] }), [3, 3, 4])
})

test('a worker of taylorism runs as it is, by the lines of the page', async t => {
  const folder = folderWith()
  for (const name of ['taylorism_worker', 'sleeper']) {
    take(
      'docs/migrating.md',
      new RegExp(`\`\`\`python file=${name}\\.py\\n([\\s\\S]*?)\`\`\``),
      join(folder, `${name}.py`),
    )
  }
  copyFileSync(
    fileURLToPath(new URL('test/crew/programs/taylorism/taylorism.py', root)),
    join(folder, 'taylorism.py'),
  )
  const args = ['run', './sleeper.py', '--command', 'python3', '-q']
  const { reports, stderr } = await rxboss(args, {
    cwd: folder,
    input:
      '{"sleeping_time":0.001}\n{"sleeping_time":0.01,"wakeup_sentence":"Morning."}\n{"sleeping_time":0.5}\n{"sleeping_time":"no"}\n',
  })
  t.regex(stderr, /2 of 4 failed/)
  const byLine = (line: number) => reports.find(report => report.line === line)
  t.is(byLine(1)?.result, 'Hello ! Woke up after sleeping 0.001 s')
  t.is(byLine(2)?.result, 'Morning. Woke up after sleeping 0.01 s')
  t.like(byLine(3), {
    kind: 'failed',
    failure: { code: 'threw', error: { name: 'ValueError', message: 'sleeping_time: 0.5 is not in values' } },
  })
  t.like(byLine(4), { kind: 'failed', failure: { code: 'refused' } })
})

test('the example weather reads, smooths and draws in one run', t => {
  const example = fileURLToPath(new URL('../../../docs/examples/weather.js', import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, [example], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    timeout: 60_000,
  })
  t.is(stderr, '')
  t.regex(stdout, /^day 0: from 3\d to \d\d degrees\nday 1: .*\nday 2: .*\n3 pictures in dist\/weather\n$/)
  t.is(readFileSync(new URL('dist/weather/0.png', root)).subarray(1, 4).toString(), 'PNG')
})
