/** One definition: parsing, help, completion, the manual and the guide tell of the same options. */

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import ava from 'ava'

import { defineCommandLine } from '../../src/cli/program.ts'
import { testWith } from '../with-program.ts'
import { folderWith, rxboss } from './command.ts'

const test = ava.serial
const nothing = async () => {}
const program = defineCommandLine('1.2.3', {
  run: nothing,
  work: nothing,
  describe: nothing,
  reports: nothing,
  checkProgram: nothing,
  helper: nothing,
  completion: nothing,
  man: nothing,
})
const run = program.commands.find(command => command.name() === 'run')
const longs = (run?.options ?? []).map(({ long }) => long ?? '')

test('help names every option of run, on stdout, with exit code 0', async t => {
  const { code, stdout } = await rxboss(['run', '--help'])
  t.is(code, 0)
  for (const long of longs) t.true(stdout.includes(long), long)
  for (const line of stdout.split('\n')) t.true(line.length <= 200)
  t.regex((await rxboss(['--help'])).stdout, /run \[options\] <worker>/)
  t.regex((await rxboss(['--version'])).stdout, /^\d+\.\d+\.\d+(-rc\.\d+)?\n$/)
})

test('the guide has a row for every option, and for no other', t => {
  const guide = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8')
  const options = guide.slice(guide.indexOf('\n## Options'), guide.indexOf('\n## Going on later'))
  const rows = [...options.matchAll(/^\| `([^`]+)`/gm)].map(
    ([, flags]) => /--[a-z-]+/.exec(flags as string)?.[0],
  )
  t.deepEqual([...new Set(rows.filter(row => row !== undefined))].sort(), [...longs].sort())
})

test('no option takes an optional value: it would swallow the worker', t => {
  for (const command of program.commands) {
    for (const option of command.options) t.false(option.optional, option.flags)
  }
})

test('every option of run is named by a test', t => {
  const folder = new URL('../../../test/cli/', import.meta.url)
  const files = readdirSync(folder)
    .filter(name => name.endsWith('.test.ts') && name !== 'definition.test.ts')
    .map(name => readFileSync(new URL(name, folder), 'utf8'))
  const shorts: Record<string, string> = Object.fromEntries(
    (run?.options ?? []).map(({ long, short }) => [long, short]),
  )
  for (const long of longs) {
    const short = shorts[long]
    t.true(
      files.some(
        text =>
          text.includes(`'${long}'`) || text.includes(`${long} `) || (short && text.includes(`'${short}`)),
      ),
      long,
    )
  }
})

test('the manual names every option', async t => {
  const { code, stdout } = await rxboss(['man'])
  t.is(code, 0)
  for (const long of longs) t.true(stdout.includes(long.replaceAll('-', '\\-')), long)
})

testWith('man')('troff has nothing to complain of in the manual', async t => {
  const { stdout } = await rxboss(['man'])
  const file = join(folderWith(), 'rxboss.1')
  writeFileSync(file, stdout)
  const { stderr, stdout: page } = spawnSync('man', ['--warnings', '-l', file], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '80' },
  })
  t.is(stderr, '')
  t.regex(page, /EXIT STATUS/)
})

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  testWith(shell)(`${shell}: its completion is valid, and names every option`, async t => {
    const { code, stdout } = await rxboss(['completion', shell])
    t.is(code, 0)
    const file = join(folderWith(), `completion.${shell}`)
    writeFileSync(file, stdout)
    t.is(spawnSync(shell, ['-n', file]).status, 0)
    for (const long of longs) t.true(stdout.includes(shell === 'fish' ? `-l ${long.slice(2)}` : long), long)
  })
}

/** What bash offers for these words, the last being typed. */
function bashOffers(script: string, ...words: string[]): readonly string[] {
  const text = `${script}\nCOMP_WORDS=(rxboss ${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _rxboss; printf '%s\\n' "\${COMPREPLY[@]}"`
  return spawnSync('bash', ['-c', text], { encoding: 'utf8' }).stdout.trim().split('\n')
}

testWith('bash')('bash completes commands, options, choices, ready-made workers and shells', async t => {
  const { stdout: script } = await rxboss(['completion', 'bash'])
  t.deepEqual(bashOffers(script, 'ru'), ['run'])
  t.deepEqual(bashOffers(script, 'run', '--keep'), ['--keep-order'])
  t.deepEqual(bashOffers(script, 'run', 'digest', '--crew', 'in'), ['inline'])
  t.true(bashOffers(script, 'run', 'dig').includes('digest'))
  t.deepEqual(bashOffers(script, 'completion', 'z'), ['zsh'])
})

testWith('fish')('fish completes options and choices', async t => {
  const { stdout: script } = await rxboss(['completion', 'fish'])
  const file = join(folderWith(), 'rxboss.fish')
  writeFileSync(file, script)
  const offers = (line: string) =>
    spawnSync('fish', ['-c', `source ${file}; complete -C '${line}'`], { encoding: 'utf8' })
      .stdout.split('\n')
      .map(one => one.split('\t')[0])
  t.true(offers('rxboss run --keep').includes('--keep-order'))
  t.true(offers('rxboss run --order l').includes('longest'))
})

test('describe: what a worker accepts; alone, the ready-made ones; a mistyped one is corrected', async t => {
  t.regex((await rxboss(['describe'])).stdout, /^digest {2}Hashes a file/m)
  t.regex((await rxboss(['describe', 'digest'])).stdout, /\| `path` \|/)
  const json = JSON.parse((await rxboss(['describe', 'digest', '--json'])).stdout)
  t.is(json.workers[0].name, 'digest')
  const wrong = await rxboss(['describe', 'digets'])
  t.is(wrong.code, 254)
  t.regex(wrong.stderr, /did you mean 'digest'\?/)
})
