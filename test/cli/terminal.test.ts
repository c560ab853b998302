/** What people see on a terminal: the command in a pseudo-terminal, by `script`. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { testWith } from '../with-program.ts'
import { folderWith, main, ndjson, plain, worker } from './command.ts'

/** Runs it with stderr on a terminal, and stdout in a file. */
function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const folder = folderWith({
    'in.ndjson': ndjson({ n: 1, ms: 400 }, { throws: 'y' }, { n: 3, print: 'hello\n' }),
  })
  const [input, out] = [join(folder, 'in.ndjson'), join(folder, 'out')]
  const command = [process.execPath, main, 'run', worker('any'), '-a', input, '-k', '-j1', ...args]
  const line = `${command.map(one => `'${one}'`).join(' ')} > '${out}'`
  const { stdout, status } = spawnSync('script', ['-qec', line, '/dev/null'], {
    encoding: 'utf8',
    env: { ...process.env, ...plain, TERM: 'xterm', ...env },
    timeout: 60_000,
  })
  const timeless = readFileSync(out, 'utf8').replace(/"(wait|work)Ms":[\d.]+/g, '')
  return { terminal: stdout, reports: timeless, status }
}

testWith('script')(
  'on a terminal there is a live region, and the summary stays; stdout is what it always is',
  t => {
    const live = onTerminal([])
    t.true(live.terminal.includes('\u001b[?2026h'))
    t.regex(stripVTControlCharacters(live.terminal), /✔ 2 done {2}✖ 1 failed/)
    t.false(live.terminal.includes('\u001b[?1049h'), 'the alternate screen')
    t.false(live.terminal.includes('\u001b[?25l'), 'a hidden cursor')
    t.is(onTerminal(['--progress', 'none']).reports, live.reports)
    t.is(live.reports.split('\n').length, 4)
  },
)

testWith('script')('NO_COLOR, TERM=dumb and CI: no escape sequence, not on a terminal either', t => {
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { CI: '1' }]) {
    const { terminal, status } = onTerminal([], env)
    t.is(status, 1)
    t.false(terminal.includes('\u001b'), `${JSON.stringify(env)}: ${JSON.stringify(terminal)}`)
  }
})
