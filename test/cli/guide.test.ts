/** The one-liners of docs/command-line.md do what they say. */

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import ava from 'ava'

import { folderWith, type Line, main } from './command.ts'

const test = ava.serial
const guide = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8')
const entry = JSON.stringify(new URL('../../src/entries/worker.js', import.meta.url).href)

/** The command under this heading. */
function oneLiner(number: number): string {
  const found = new RegExp(`^### ${number}\\. .*\\n\`\`\`sh\\n([^]*?)\\n\`\`\``, 'm').exec(guide)
  if (found === null) throw new Error(`the guide has no one-liner ${number}`)
  return found[1] as string
}

interface Done {
  readonly code: number | null
  readonly stdout: string
  readonly reports: readonly Line[]
  readonly stderr: string
  readonly folder: string
}

/** Runs it in a folder with these files, `rxboss` being the built command. */
function run(number: number, files: Readonly<Record<string, string>>): Done {
  const folder = folderWith()
  for (const [path, text] of Object.entries({
    ...files,
    'bin/rxboss': `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`,
  })) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
    if (text.startsWith('#!')) chmodSync(join(folder, path), 0o755)
  }
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail\n${oneLiner(number)}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` },
  })
  const file = ['reports.ndjson', 'taxed.ndjson'].map(name => join(folder, name)).find(existsSync)
  const lines = (file === undefined ? stdout : readFileSync(file, 'utf8'))
    .split('\n')
    .filter(line => line.startsWith('{'))
  return { code: status, stdout, reports: lines.map(line => JSON.parse(line)), stderr, folder }
}

const logs = { 'logs/a.log': 'a\n'.repeat(1000), 'logs/b.log': 'b\n'.repeat(2000) }
const results = (reports: readonly Line[]) => reports.map(({ result }) => result)

test('1. hash a tree, and compare', t => {
  const { code, stderr } = run(1, { 'photos/x.jpg': 'x', 'photos/2024/y.jpg': 'y', 'photos/z.txt': 'z' })
  t.is(code, 0, stderr)
})

test('2. compress files', t => {
  const { code, reports, folder, stderr } = run(2, logs)
  t.is(code, 0, stderr)
  t.deepEqual(
    results(reports)
      .map(({ path }) => path)
      .sort(),
    ['logs/a.log.gz', 'logs/b.log.gz'],
  )
  t.true(existsSync(join(folder, 'logs/a.log.gz')))
  t.is(readFileSync(join(folder, 'again.ndjson'), 'utf8'), '')
})

test('3. call an exported function over CSV rows', t => {
  const { code, reports, stderr } = run(3, {
    'prices.csv': 'arg\n100\n200\n',
    'tax.mjs': 'export const withTax = price => price * 1.5',
  })
  t.is(code, 0, stderr)
  t.deepEqual(results(reports), [150, 300])
})

test('4. a flaky command, with retries', t => {
  const { code, stdout, stderr } = run(4, {
    'flaky.sh': '#!/bin/sh\nif [ -e "tried-$1" ]; then echo "$1"; else touch "tried-$1"; exit 3; fi\n',
  })
  t.is(code, 0, stderr)
  t.deepEqual(stdout.trim().split('\n').sort(), ['a', 'b', 'c'])
  t.regex(stderr, /3 retried/)
})

test('11. give what failed again, once it is corrected', t => {
  const worker = (work: string) =>
    `import { defineWorker } from ${entry}\nexport default defineWorker(import.meta, { name: 'parse', work: ${work} })`
  const { code, reports, stderr } = run(11, {
    'in.ndjson': '{"name":"a"}\n{"name":"b"}\n{"name":"c"}\n',
    'parse.mjs': worker('(_, task) => { if (task.id === 1) throw new Error("cannot"); return 1 }'),
    'fixed.mjs': worker('() => 2'),
  })
  t.is(code, 0, stderr)
  t.deepEqual(reports.map(({ kind, name }) => `${kind} ${name}`).sort(), [
    'done a',
    'done b',
    'done c',
    'failed b',
  ])
})

test('5. go on after Ctrl-C', t => {
  const folder = folderWith()
  const worker = `import { appendFileSync } from 'node:fs'
    import { defineWorker } from ${entry}
    export default defineWorker(import.meta, {
      name: 'slow',
      work: async (_, { name }) => {
        appendFileSync('begun', name + ' ')
        await new Promise(resolve => setTimeout(resolve, 150))
        return Number(name)
      },
    })`
  writeFileSync(join(folder, 'slow.mjs'), worker)
  writeFileSync(join(folder, 'in.ndjson'), Array.from({ length: 12 }, (_, n) => `{"name":"${n}"}\n`).join(''))
  const command = oneLiner(5).replace('rxboss', `exec "${process.execPath}" "${main}"`)
  const bash = (script: string) =>
    spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', timeout: 30_000 })
  // As soon as the third has begun, Ctrl-C.
  const begun = 'until [ "$(wc -w < begun 2>/dev/null || echo 0)" -ge 3 ]; do sleep 0.02; done'
  const first = bash(`(${command}) & pid=$!; ${begun}; kill -INT $pid; wait $pid`)
  t.is(first.status, 130, first.stderr)
  const second = bash(command)
  t.is(second.status, 0, second.stderr)
  t.regex(second.stderr, /\d+ in the journal/)

  const reports: Line[] = readFileSync(join(folder, 'reports.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  const results = reports.filter(({ kind }) => kind === 'done').map(({ result }) => result)
  t.deepEqual(
    results.sort((a, b) => a - b),
    Array.from({ length: 12 }, (_, n) => n),
  )
  t.is(readFileSync(join(folder, 'begun'), 'utf8').trim().split(' ').length, 12, 'each was done once')
})

test('6. keep the order of the input', t => {
  const { code, reports, stderr } = run(6, {})
  t.is(code, 0, stderr)
  t.deepEqual(
    reports.map(({ line }) => line),
    [1, 2, 3],
  )
  t.true(reports[0]?.workMs > reports[1]?.workMs)
})

test('7. calls at a limited rate', t => {
  const { code, reports, stderr } = run(7, { 'api.mjs': 'export const get = id => id * 2' })
  t.is(code, 0, stderr)
  t.deepEqual(
    results(reports).sort((a, b) => a - b),
    [2, 4, 6, 8, 10],
  )
})

test('8. one at a time per key', t => {
  const { code, reports, stderr } = run(8, {
    'one/.keep': '',
    'two/.keep': '',
    'own.sh': '#!/bin/sh\nmkdir busy || exit 9\nsleep 0.1\nrmdir busy\n',
    'jobs.csv': 'command,cwd\n../own.sh,one\n../own.sh,one\n../own.sh,two\n../own.sh,one\n',
  })
  t.is(code, 0, stderr)
  t.is(reports.length, 4)
})

test('9. a job bounded by memory', t => {
  const { code, reports, stderr } = run(9, logs)
  t.is(code, 0, stderr)
  t.is(reports.length, 2)
})

test('10. one run feeds the next', t => {
  const { code, reports, stderr } = run(10, logs)
  t.is(code, 0, stderr)
  t.is(reports.length, 2)
  t.true(reports.every(({ worker, result }) => worker === 'digest' && /^[0-9a-f]{64}$/.test(result)))
})

test('12. convert pictures, named after themselves', t => {
  const { code, folder, stderr } = run(12, { 'pictures/a b.jpg': 'A', "pictures/it's.jpg": 'B' })
  t.is(code, 0, stderr)
  t.is(readFileSync(join(folder, 'pictures/a b.webp'), 'utf8'), 'A')
  t.is(readFileSync(join(folder, "pictures/it's.webp"), 'utf8'), 'B')
})

test('13. whatever is called, by find', t => {
  const { code, stdout, stderr } = run(13, { 'tree/a\nb.txt': 'four', "tree/'; exit 1; '.txt": 'four' })
  t.is(code, 0, stderr)
  t.is(stdout.replaceAll(' ', ''), '4\n4\n')
})

test('14. a parameter sweep', t => {
  const { code, stdout, stderr } = run(14, {})
  t.is(code, 0, stderr)
  t.is(stdout, '1 red\n1 blue\n2 red\n2 blue\n3 red\n3 blue\n')
})

test('15. a table, row by row', t => {
  const { code, stdout, stderr } = run(15, { 'stock.csv': 'name,amount\n"a ""big"" one",3\n$HOME,4\n' })
  t.is(code, 0, stderr)
  t.is(stdout, 'a "big" one has 3\n$HOME has 4\n')
})
