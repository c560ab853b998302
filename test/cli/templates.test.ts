/** Templates, command lines and what is printed: goal, that what fills a place arrives as it is, whatever it is and wherever it stands. */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { fc, testProp } from '@fast-check/ava'
import test from 'ava'

import { splitSources } from '../../src/cli/argument-sources.ts'
import { shellLine } from '../../src/cli/template/shell-line.ts'
import { isTemplate, parseTemplate } from '../../src/cli/template/template.ts'
import { valueTemplate } from '../../src/cli/template/value-template.ts'
import { filledText, ValuesOfRecord } from '../../src/cli/template/values-of-record.ts'
import { folderWith, ndjson, rxboss, worker } from './command.ts'

const fill = (text: string, values: Record<string, unknown>, number = 1): string =>
  filledText(parseTemplate(text), new ValuesOfRecord(values, number))

test('what of a path a place asks for', t => {
  const cases: readonly (readonly [string, string, string, string, string])[] = [
    // value            {.}             {/}          {//}    {/.}
    ['a/b.c/d.tar.gz', 'a/b.c/d.tar', 'd.tar.gz', 'a/b.c', 'd.tar'],
    ['plain', 'plain', 'plain', '.', 'plain'],
    ['a.b/plain', 'a.b/plain', 'plain', 'a.b', 'plain'],
    ['.bashrc', '.bashrc', '.bashrc', '.', '.bashrc'],
    ['/x.y', '/x', 'x.y', '/', 'x'],
    ['', '', '', '.', ''],
  ]
  for (const [value, ...right] of cases)
    t.deepEqual(
      ['{.}', '{/}', '{//}', '{/.}'].map(text => fill(text, { path: value })),
      right,
      value,
    )
})

test('by name, by number, by a way into the value; base attributes are aside', t => {
  const values = { priority: 5, path: 'x/y.png', n: 7, deep: { a: [1, { b: 'c' }] } }
  t.is(fill('{path/.} {1.} {2} {deep.a.1.b} {#}', values, 9), 'y x/y 7 c 9')
  t.is(fill('{}', { priority: 5, path: 'p' }), 'p')
  t.is(fill('{}', { a: 'x', b: 'y' }), 'x y')
  t.throws(() => fill('{nope}', values), { message: /no value for \{nope\}/ })
})

test('braces that are no places, and places that are meant as they are written', t => {
  for (const text of [
    '{a,b}',
    `$${'{HOME}'}`,
    '{ echo; }',
    '{"a":1}',
    '{{.Id}}',
    '{{json .}}',
    '{}}'.slice(1),
    '{1..5}',
    '{0}',
  ])
    t.is(fill(text, { path: 'p' }), text)
  t.is(fill('{{}} {{path}} {{#}} x', { path: 'p' }), '{} {path} {#} x')
  t.false(isTemplate('{a,b}'))
})

test('a value that is JSON is filled within its texts, and {} alone keeps its type', t => {
  const record = new ValuesOfRecord({ n: 5 }, 1)
  t.deepEqual(valueTemplate('{"a":{},"b":["{n}","x{n}"]}')?.fill(record), { value: { a: {}, b: [5, 'x5'] } })
  t.deepEqual(valueTemplate('{}')?.fill(record), { value: 5 })
  t.deepEqual(valueTemplate('{{}}')?.fill(record), { text: '{}' })
  t.is(valueTemplate('{"a":{}}'), undefined)
})

testProp(
  'a shell takes what fills a place as one word, within any quotes',
  [
    fc.array(fc.string({ unit: fc.constantFrom(...'ab $`\'"\\;&|<>(){}*?[]~#!\n\t-é'), maxLength: 8 }), {
      minLength: 1,
      maxLength: 4,
    }),
  ],
  (t, values) => {
    const line = shellLine([`printf '%s\\0' {} "{}" '{}' "$(printf %s. {})" 'a'{}"b" {//}`])
    for (const value of values) {
      const record = new ValuesOfRecord({ value }, 1)
      const out = execFileSync('/bin/sh', ['-c', line.command, 'sh', ...line.argumentsFor(record)], {
        encoding: 'utf8',
      })
      const words = out.split('\0').slice(0, -1)
      t.deepEqual(words.slice(0, 5), [value, value, value, `${value}.`, `a${value}b`])
      // And so does one to whom it is typed as it is shown.
      t.is(execFileSync('/bin/sh', ['-c', line.shownFor(record)], { encoding: 'utf8' }), out)
    }
  },
  { numRuns: 15 },
)

test('::: and ::::, paired and crossed', t => {
  t.deepEqual(splitSources(['run', 'shell', 'x', ':::', 'a', '-b', '::::+', 'f']), {
    args: ['run', 'shell', 'x'],
    sources: [
      { words: ['a', '-b'], areFiles: false, isPaired: false },
      { words: ['f'], areFiles: true, isPaired: true },
    ],
  })
})

test('values behind ::: are each with each, :::+ pairs, :::: reads lines; without a place the record is the last word', async t => {
  const names = join(folderWith({ names: 'x\ny z\n' }), 'names')
  const out = async (...args: readonly string[]) => (await rxboss(['run', 'shell', '-kq', ...args])).stdout
  t.is(await out('echo {1}{2}', ':::', 'a', 'b', ':::', '1', '2'), 'a1\na2\nb1\nb2\n')
  t.is(await out('echo {2}{1}', ':::', 'a', 'b', ':::+', '1', '2'), '1a\n2b\n')
  t.is(await out('echo', '::::', names), 'x\ny z\n')
  t.is(await out(':::', 'echo $((1 + 2))'), '3\n')
})

test('for any other worker they are its required attribute, or what --columns names', async t => {
  const folder = folderWith({ 'a.txt': 'a' })
  const path = join(folder, 'a.txt')
  const hash = createHash('md5').update('a').digest('hex')
  const { stdout } = await rxboss([
    'run',
    'digest',
    '-q',
    '--format',
    'text',
    '--columns',
    'path,algorithm',
    ':::',
    path,
    ':::',
    'md5',
  ])
  t.is(stdout, `${hash}\n`)
  const { code, stderr } = await rxboss(['run', worker('any'), ':::', 'a'])
  t.is(code, 255)
  t.regex(stderr, /--columns/)
})

test('--common and --each are filled by the record; what it says itself wins', async t => {
  const folder = folderWith({ 'a.txt': 'a', 'b.txt': 'b' })
  const { code, stderr } = await rxboss(
    ['run', 'gzip', '--each', 'path=*.txt', '--each', 'to=out-{/.}.gz', '--common', 'name=n{#}', '-q'],
    { cwd: folder },
  )
  t.is(code, 0, stderr)
  t.deepEqual(readdirSync(folder).sort(), ['a.txt', 'b.txt', 'out-a.gz', 'out-b.gz'])
  const from = await rxboss(['run', 'gzip', '--common', 'to={path.}.z', '-q', '-k'], {
    cwd: folder,
    input: ndjson({ path: 'a.txt' }, { path: 'b.txt', to: 'own' }),
  })
  t.deepEqual(
    from.reports.map(({ result }) => result.path),
    ['a.z', 'own'],
  )
})

test('a wrong template is refused before anything begins, and says how braces are written', async t => {
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    [
      /nothing is called 'print' \(for \{print\} itself write \{\{print\}\}\)/,
      ['shell', "awk '{print}' {}", ':::', 'a'],
    ],
    [
      /nothing is called 'pth', did you mean 'path'\?/,
      ['digest', '--each', 'path=a', '--common', 'name={pth}'],
    ],
    [/--print: nothing is called 'reslt'/, ['digest', '--print', '{reslt}', '--each', 'path=a']],
    [/\{%\} is known when the work begins/, ['digest', '--each', 'path=a', '--common', 'name={%}']],
    [/all of them are templates/, ['digest', '--each', 'path={.}']],
    [/they are paired/, ['shell', 'x', ':::', 'a', ':::+', 'b', 'c']],
    [/'x' is too much/, ['digest', 'x', ':::', 'a']],
    [/either --each or values behind :::/, ['digest', '--each', 'path=a', ':::', 'a']],
  ]
  for (const [why, args] of cases) {
    const { code, stderr, stdout } = await rxboss(['run', ...args])
    t.is(code, 255, stderr)
    t.regex(stderr, why)
    t.is(stdout, '')
  }
})

test('a record that lacks a value is refused by itself', async t => {
  const { code, stdout, stderr } = await rxboss(['run', 'shell', '-k', 'echo {a}'], { input: 'x' })
  t.is(code, 1)
  t.is(stdout, '')
  t.regex(stderr, /it has no value for \{a\}/)
})

test('--dry-run shows command lines as they could be typed, and instructions as they would be', async t => {
  const line = await rxboss(['run', 'shell', '--dry-run', 'convert {} {.}.png', ':::', "it's.jpg", 'b c.jpg'])
  t.is(line.stdout, "convert 'it'\\''s.jpg' 'it'\\''s'.png\nconvert 'b c.jpg' 'b c'.png\n")
  t.regex(line.stderr, /2 accepted, 0 refused/)
  const cross = await rxboss([
    'run',
    'sleep',
    '--dry-run',
    '--cross',
    '--each',
    'sleepingTime=1..4',
    '--each',
    'priority=1..5',
  ])
  t.is(cross.code, 0, cross.stderr)
  t.is(cross.stderr.match(/would be \{/g)?.length, 10)
  t.regex(cross.stderr, /line 6 would be \{"sleepingTime":2,"priority":1\}/)
  t.regex(cross.stderr, /and 10 more\n.*20 accepted/)
})

test('{%} is the slot, {#} the number of the record', async t => {
  const { stdout } = await rxboss(['run', 'shell', '-kq', '-j2', 'echo {#} {%} "{%}"', ':::', 'a', 'b', 'c'])
  t.regex(stdout, /^1 ([12]) \1\n2 ([12]) \2\n3 ([12]) \3\n$/)
})

// -- output ------------------------------------------------------------------------------------------------------------

test('what a command writes is printed as it was, however long, in the order of the input', async t => {
  const folder = folderWith()
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 256))
  writeFileSync(join(folder, 'bytes'), bytes)
  const { stdout, stderr, code } = await rxboss(
    ['run', 'shell', '-k', '-q', 'cat bytes; echo {}; test {} = a', ':::', 'a', 'b'],
    { cwd: folder, env: { TMPDIR: folder }, binary: true },
  )
  t.is(code, 1, stderr)
  t.deepEqual(
    Buffer.from(stdout, 'latin1'),
    Buffer.concat([bytes, Buffer.from('a\n'), bytes, Buffer.from('b\n')]),
    'what a failed one has written, too',
  )
  t.deepEqual(readdirSync(folder), ['bytes'])
})

test('--line-buffer: lines as they come, --tag: with their record', async t => {
  const folder = folderWith()
  const run = await rxboss(
    [
      'run',
      'shell',
      '-q',
      '-j2',
      '--line-buffer',
      '--tag',
      'echo one; if test {} = a; then until test -e go; do sleep 0.01; done; else touch go; fi; printf two',
      ':::',
      'a',
      'b',
    ],
    { cwd: folder },
  )
  t.is(run.code, 0, run.stderr)
  t.deepEqual(run.stdout.match(/[ab]\t(?:one|two)/g)?.sort(), ['a\tone', 'a\ttwo', 'b\tone', 'b\ttwo'])
})

test('--format: results, text, tables; bytes that are no text are base64 in JSON', async t => {
  const printed = async (format: string, ...args: readonly string[]) =>
    (
      await rxboss([
        'run',
        'shell',
        '-kq',
        '--format',
        format,
        'printf "{}\\n"; test {} = 1',
        ':::',
        '1',
        '2',
        ...args,
      ])
    ).stdout
  t.is(await printed('results'), '{"exitCode":0,"stdout":"1\\n","stderr":""}\n')
  t.is(await printed('text'), '1\n2\n')
  const csv = (await printed('csv')).split('\n')
  t.is(csv[0], 'line,id,name,worker,kind,attempt,waitMs,workMs,result,code,why')
  t.regex(csv[1] ?? '', /^1,0,shell#0,shell,done,1,[\d.]+,[\d.]+,"\{""exitCode"":0,/)
  t.regex(csv[2] ?? '', /^2,1,shell#1,shell,failed,1,[\d.]+,[\d.]+,,threw,"CommandError: /)
  const bytes = await rxboss([
    'run',
    'shell',
    '-q',
    '--format',
    'results',
    "printf '\\377'; : {}",
    ':::',
    '1',
  ])
  t.is(bytes.stdout, '{"exitCode":0,"stdout":{"base64":"/w=="},"stderr":""}\n')
})

test('--print: of results, and of those that failed where it asks for them', async t => {
  const input = ndjson({ n: 1 }, { throws: 'y' }, { n: 3 })
  const done = await rxboss(['run', worker('any'), '-k', '--print', 'line {line}\\t{n}: {}'], { input })
  t.is(done.stdout, 'line 1\t1: 1\nline 3\t3: 3\n')
  t.regex(done.stderr, /line 2/)
  const all = await rxboss(['run', worker('any'), '-kq', '--print', '{kind} {failure.why}'], { input })
  t.regex(all.stdout, /^done \nfailed .*y\ndone \n$/)
})

test('--joblog has the command as it could be typed, and its exit code', async t => {
  const folder = folderWith()
  await rxboss(['run', 'shell', '-q', '--joblog', 'log', 'exit {}', ':::', '3'], { cwd: folder })
  t.regex(readFileSync(join(folder, 'log'), 'utf8'), /\t3\t0\texit 3\n$/)
  t.true(existsSync(join(folder, 'log')))
})
