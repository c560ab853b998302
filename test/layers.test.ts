/**
 * Every rule of .dependency-cruiser.cjs is seen to fire, and to let pass what it should: a check that cannot fail is
 * worth nothing. A small tree of files is written that have nothing but imports, and is judged as a whole.
 */

import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import test from 'ava'

const root = fileURLToPath(new URL('../../', import.meta.url))
const config = join(root, '.dependency-cruiser.cjs')
const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

/** What each rule forbids: `->` is an import, `~>` one of types alone, `=>` something reached by way of others. */
const forbidden: Record<string, readonly string[]> = {
  'words-stand-alone': [
    'src/words/instruction.ts -> src/worker/leaf.ts',
    'src/words/report.ts -> src/cli/leaf.ts',
  ],
  'contracts-know-words-only': [
    'src/inspect/events.ts -> src/worker/leaf.ts',
    'src/journal/journal.ts -> src/crew/crew.ts',
  ],
  'definitions-know-words-only': [
    'src/footprint/footprint.ts -> src/actor/mailbox.ts',
    'src/footprint/shape.ts -> src/crew/crew.ts',
    'src/worker/index-card.ts ~> src/scheduler/leaf.ts',
    'src/worker/registry.ts -> src/inspect/leaf.ts',
  ],
  'worker-side-is-light': ['src/crew/threads/thread-entry.ts -> threads', 'src/entries/worker.ts => rxjs'],
  'threads-package-in-one-place': [
    'src/boss/hasty.ts -> threads',
    'src/crew/processes/process-entry.ts -> threads/worker',
  ],
  'actor-core-stands-alone': ['src/actor/ask.ts -> src/worker/leaf.ts'],
  'schedulers-know-contracts-only': [
    'src/scheduler/a.ts -> src/crew/leaf.ts',
    'src/scheduler/b.ts -> src/boss/leaf.ts',
    'src/scheduler/c.ts -> src/entries/testing.ts',
    'src/scheduler/d.ts -> src/actor/leaf.ts',
    'src/scheduler/e.ts -> src/inspect/reduce.ts',
  ],
  'crews-know-contracts-only': [
    'src/crew/a.ts -> src/scheduler/leaf.ts',
    'src/crew/b.ts -> src/boss/leaf.ts',
  ],
  'operators-know-reports-only': ['src/operators/a.ts -> src/boss/leaf.ts'],
  'boss-knows-contracts-only': [
    'src/boss/a.ts -> src/crew/threads/threads.ts',
    'src/boss/b.ts -> src/crew/inline.ts',
    'src/boss/c.ts -> src/scheduler/rules/exclusive.ts',
    'src/boss/d.ts -> src/actor/leaf.ts',
    'src/boss/e.ts -> src/journal/file.ts',
  ],
  'testing-knows-contracts-only': ['src/testing/a.ts -> src/crew/leaf.ts'],
  'one-default-backend': ['src/boss/defaults.ts -> src/crew/queue/bullmq.ts'],
  'edges-use-the-public-surface': [
    'src/cli/run.ts -> src/boss/leaf.ts',
    'src/cli/work.ts -> src/dashboard/leaf.ts',
    'src/dashboard/page.ts -> src/scheduler/leaf.ts',
    'src/inspect/trace.ts -> src/operators/leaf.ts',
    'src/journal/file.ts -> src/crew/crew.ts',
  ],
  'nobody-needs-an-edge': [
    'src/boss/e.ts -> src/journal/file.ts',
    'src/worker/registry.ts -> src/inspect/leaf.ts',
    'src/words/report.ts -> src/cli/leaf.ts',
    'src/scheduler/e.ts -> src/inspect/reduce.ts',
  ],
  'actors-are-ordinary-users': [
    'actors/a.ts -> rxboss',
    'actors/b.ts -> src/entries/worker.ts',
    'actors/c.ts -> actors/leaf.ts',
  ],
  'src-does-without-actors': ['src/cli/find.ts -> actors/leaf.ts', 'src/crew/c.ts -> actors/leaf.ts'],
  'src-imports-sources': ['src/cli/own.ts -> rxboss/worker'],
  'no-cycles': ['src/actor/x.ts -> src/actor/y.ts'],
  'nothing-undeclared': [
    'src/actor/c.ts -> stranger',
    'src/actor/d.ts -> fast-check',
    'src/actor/e.ts ~> fast-check',
  ],
  'everything-resolves': ['src/actor/f.ts -> nowhere'],
  'tests-stay-in-test': ['src/actor/ask.test.ts -> node:fs'],
  'nothing-needs-a-test': ['actors/d.ts -> test/leaf.ts'],
  'every-folder-has-a-layer': ['src/plugins/a.ts -> node:fs'],
}

const allowed = [
  'src/words/failure.ts -> src/words/error-data.ts',
  'src/journal/journal.ts -> src/words/report.ts',
  'src/worker/worker.ts -> src/footprint/leaf.ts',
  'src/entries/worker.ts -> src/crew/heavy.ts', // but not what heavy.ts brings with it
  'src/crew/heavy.ts -> rxjs',
  'src/crew/threads/thread-entry.ts -> threads/worker',
  'src/crew/threads/threads-package.ts -> threads',
  'src/actor/ask.ts -> src/actor/leaf.ts',
  'src/actor/y.ts -> src/actor/x.ts', // the way back of the cycle, which is reported once
  'src/actor/t.ts ~> src/actor/u.ts',
  'src/actor/u.ts ~> src/actor/t.ts',
  'src/scheduler/f.ts -> src/crew/crew.ts',
  'src/scheduler/g.ts -> src/actor/mailbox.ts',
  'src/crew/d.ts -> src/scheduler/scheduler.ts',
  'src/operators/b.ts -> src/words/report.ts',
  'src/boss/f.ts -> src/journal/journal.ts',
  'src/boss/g.ts -> src/scheduler/desk/desk.ts',
  'src/boss/defaults.ts -> src/crew/threads/threads.ts',
  'src/cli/run.ts -> src/index.ts',
  'src/cli/run.ts -> src/entries/dashboard.ts',
  'src/cli/run.ts -> src/cli/leaf.ts',
  'src/entries/dashboard.ts -> src/dashboard/leaf.ts',
  'src/inspect/reduce.ts -> src/inspect/events.ts',
  'src/journal/file.ts -> src/journal/journal.ts',
  'actors/e.ts -> rxboss/worker',
  'actors/e.ts -> rxjs',
]

const manifest = {
  name: 'rxboss',
  type: 'module',
  exports: { '.': './dist/src/index.js', './worker': './dist/src/entries/worker.js' },
  dependencies: { threads: '1' },
  peerDependencies: { rxjs: '7' },
  devDependencies: { rxjs: '7', 'fast-check': '4' },
}
/** Where an import that is no path leads. */
const destinations: Record<string, string> = {
  rxboss: 'dist/src/index.js',
  'rxboss/worker': 'dist/src/entries/worker.js',
  rxjs: 'node_modules/rxjs/index.js',
  threads: 'node_modules/threads/index.js',
  'threads/worker': 'node_modules/threads/worker.js',
  'fast-check': 'node_modules/fast-check/index.js',
  stranger: 'node_modules/stranger/index.js',
}

/** A file for each word in the column "may import" of docs/architecture.md. */
const probes: Record<string, readonly string[]> = {
  words: ['src/words/leaf.ts'],
  worker: ['src/worker/leaf.ts'],
  footprint: ['src/footprint/leaf.ts'],
  'shared-memory': ['src/shared-memory/leaf.ts'],
  contracts: ['src/inspect/events.ts', 'src/journal/journal.ts'],
  mailbox: ['src/actor/mailbox.ts'],
  scheduler: ['src/scheduler/scheduler.ts'],
  desk: ['src/scheduler/desk/desk.ts'],
  crew: ['src/crew/crew.ts'],
  boss: ['src/boss/leaf.ts'],
  operators: ['src/operators/leaf.ts'],
  views: ['src/inspect/leaf.ts'],
  cli: ['src/cli/leaf.ts'],
  'public surface': ['src/index.ts'],
}

function writeTree(tree: string, imports: Iterable<string>): void {
  const write = (path: string, text = '') => {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    appendFileSync(join(tree, path), text)
  }
  const isPath = (target: string) => /^(src|actors|test)\//.test(target)
  write('package.json', JSON.stringify(manifest))
  cpSync(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'))
  for (const file of Object.values(destinations)) write(file)
  for (const edge of imports) {
    const [from = '', arrow, to = ''] = edge.split(' ')
    if (arrow === '=>') continue
    if (isPath(to)) write(to)
    const target = isPath(to) ? `./${relative(dirname(from), to)}` : to
    write(from, arrow === '~>' ? `import type {} from '${target}'\n` : `import '${target}'\n`)
  }
}

interface Violation {
  readonly from: string
  readonly to: string
  readonly rule: { readonly name: string }
}

function judge(tree: string): readonly Violation[] {
  const args = [program, '--config', config, '--output-type', 'json', 'src', 'actors']
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout).summary.violations
}

test('each layer rule fires on what it forbids, and on nothing else', t => {
  const tree = realpathSync(mkdtempSync(join(tmpdir(), 'rxboss-layers-')))
  t.teardown(() => rmSync(tree, { recursive: true, force: true }))
  writeTree(tree, new Set([...Object.values(forbidden).flat(), ...allowed]))

  const seen = judge(tree).map(({ rule, from, to }) => `${rule.name}: ${from} ${to.replace(/^node:/, '')}`)
  const wanted = Object.entries(forbidden).flatMap(([rule, edges]) =>
    edges.map(edge => {
      const [from, , to = ''] = edge.split(' ')
      return `${rule}: ${from} ${(destinations[to] ?? to).replace(/^node:/, '')}`
    }),
  )
  t.deepEqual(seen.sort(), wanted.sort())
})

test('no layer rule is without a file that breaks it', t => {
  const rules: readonly { name: string }[] = createRequire(import.meta.url)(config).forbidden
  t.deepEqual(
    rules.map(rule => rule.name),
    Object.keys(forbidden),
  )
})

test('docs/architecture.md says of every folder what the rules let it import', t => {
  const tree = realpathSync(mkdtempSync(join(tmpdir(), 'rxboss-layers-')))
  t.teardown(() => rmSync(tree, { recursive: true, force: true }))
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(src\/[\w-]+)\/` \| .* \| (.*) \|$/gm)].filter(
    ([, , may]) => may !== 'everything',
  )
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter(one => one.isDirectory())
  t.deepEqual(
    [...rows.map(([, folder]) => folder), 'src/entries'].sort(),
    folders.map(({ name }) => `src/${name}`).sort(),
  )

  const wanted: string[] = []
  const imports: string[] = []
  for (const [, folder = '', may = ''] of rows) {
    const words = may.split(', ')
    for (const [word, files] of Object.entries(probes))
      for (const [i, file] of files.entries()) {
        if (file.startsWith(`${folder}/`)) continue
        // A file for each import, since one that is refused hides nothing of the others then.
        const from = `${folder}/probe-${word.replace(' ', '-')}-${i}.ts`
        imports.push(`${from} -> ${file}`)
        if (words.includes(word)) wanted.push(`${from} -> ${file}`)
      }
  }
  writeTree(tree, [...imports, 'actors/e.ts -> rxboss/worker'])
  const refused = new Set(judge(tree).map(({ from, to }) => `${from} -> ${to}`))
  t.deepEqual(
    imports.filter(edge => !refused.has(edge)),
    wanted,
  )
})
