/**
 * Puts what was measured into docs/performance.json, and draws docs/performance.md and docs/performance.svg from that.
 *
 *     node test/bench/publish.mjs        draws them again
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

import { chart } from './chart.mjs'
import { Figures } from './figures.mjs'
import { goalsAsMarkdown, tablesAsMarkdown } from './markdown.mjs'
import { workloads } from './workloads.mjs'

const root = new URL('../../', import.meta.url)
const docs = new URL('docs/', root)
const json = new URL('performance.json', docs)
const page = new URL('performance.md', docs)
const begin = '<!-- figures: written by npm run bench -- --write -->'
const end = '<!-- end of figures -->'

/** The major version: each has figures of its own. */
const nodeOf = version => /^v(\d+)/.exec(version)[1]
const here = nodeOf(process.version)

/** What was saved, of each Node. */
function readBook() {
  const book = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : { nodes: {} }
  if (book.nodes !== undefined) return book
  // As it was before there were several.
  const { measured, figures, versions } = book
  return { versions, nodes: { [nodeOf(Object.values(measured)[0].node)]: { measured, figures } } }
}

/** The rounds of these workloads that this revision has measured with this Node. */
export function saved(ids) {
  const { measured = {}, figures = {} } = readBook().nodes[here] ?? {}
  const fresh = ids.filter(id => measured[id]?.revision === revision())
  return Object.fromEntries(fresh.map(id => [id, figures[id]]))
}

/** Workloads that were measured replace those of an earlier run, each with what it was measured on. */
export function publish({ figures, ids, perUs, started }) {
  const book = readBook()
  book.nodes[here] ??= { measured: {}, figures: {} }
  const { measured, figures: all } = book.nodes[here]
  const about = {
    machine: `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    node: process.version,
    date: started.toISOString().slice(0, 10),
    revision: revision(),
    iterationsPerUs: Math.round(perUs),
  }
  for (const id of ids) {
    const byAdapter = figures.toJSON()[id] ?? {}
    const rounds = Math.max(0, ...Object.values(byAdapter).map(runs => runs.length))
    measured[id] = { ...about, rounds, foreignCores: figures.foreign([id]) }
    all[id] = rounded(byAdapter)
  }
  book.versions = versions()
  writeFileSync(json, `${JSON.stringify(book, null, 2)}\n`)
  draw(book)
}

function draw({ nodes, versions }) {
  const majors = Object.keys(nodes).sort((a, b) => a - b)
  const of = major => new Figures(nodes[major].figures)
  const written = [
    begin,
    ...majors.map(major => conditions(nodes[major].measured)),
    `Beside: ${Object.entries(versions)
      .map(one => one.join(' '))
      .join(', ')}.`,
    ...majors.flatMap(major => [`## Goals, Node ${major}`, goalsAsMarkdown(of(major), major)]),
    ...majors.flatMap(major => [
      `## Figures, Node ${major}`,
      tablesAsMarkdown(of(major), nodes[major].measured),
    ]),
    end,
  ].join('\n\n')
  const text = readFileSync(page, 'utf8')
  writeFileSync(
    page,
    text.slice(0, text.indexOf(begin)) + written + text.slice(text.indexOf(end) + end.length),
  )
  writeFileSync(new URL('performance.svg', docs), chart(of(majors.at(-1)), `Node ${majors.at(-1)}`))
}

/** Where all this was measured, and how quiet it was there. */
function conditions(measured) {
  const list = key => [...new Set(Object.values(measured).map(one => one[key]))].join('; ')
  const disturbed = Object.entries(measured).filter(
    ([id, { foreignCores }]) => foreignCores.median > 0.1 && !workloads[id]?.children,
  )
  const lines = [
    `Machine: ${list('machine')}. Node ${list('node')}. Measured ${list('date')}, revision ${list('revision')}, rounds: ${list('rounds')}.`,
  ]
  if (disturbed.length > 0) {
    const most = Math.max(...disturbed.map(([, { foreignCores }]) => foreignCores.median))
    lines.push(
      `**Not final.** Other processes used the machine meanwhile (up to ${most.toFixed(1)} of its cores in the median run): ${disturbed.map(([id]) => id).join(', ')}. Ratios are worth more than figures there, and neither is worth much.`,
    )
  }
  return lines.join('\n\n')
}

function revision() {
  const git = (...args) => execFileSync('git', args, { cwd: fileURLToPath(root), encoding: 'utf8' }).trim()
  return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'src') === '' ? '' : ' and changes'}`
}

/** What is installed, by name. */
function versions() {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
  const { version } = JSON.parse(readFileSync(new URL('node_modules/rxjs/package.json', root), 'utf8'))
  return { rxjs: version, ...dependencies }
}

/** Five digits are enough for anybody. */
const rounded = byAdapter =>
  JSON.parse(
    JSON.stringify(byAdapter ?? {}, (_, value) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
    ),
  )

if (process.argv[1] === fileURLToPath(import.meta.url)) draw(readBook())
