/**
 * The benchmark.
 *
 *     npm run bench                                      everything, 5 rounds; takes an hour or more
 *     npm run bench -- a1 b --peers piscina,poolifier    some workloads, some peers; limits and rxboss always
 *     npm run bench -- serve run                         those of a group: serve-50, serve-80, serve-bursts; and run
 *     npm run bench -- a1 --quick                        small numbers, one round, to see whether it works
 *     --rounds 9    --limit 120 (seconds for one measurement)    --only rxboss-boss,raw-b
 *     npm run bench -- cores                             as threads are added: cores.mjs
 *     npm run bench -- programs                          workers in Python: programs.mjs
 *     --node 24     with another Node, from the npm package `node`; each major version has tables of its own
 *     --write       puts what was measured into docs/performance.*, workload by workload
 *     --add         with --write: to the rounds that stand in docs/performance.json already, so that a long run can be
 *                   made of short ones; what another revision measured is dropped
 *
 * One process for each measurement. Workloads inside rounds, adapters inside workloads, another one first in each round.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { adapters, whyLeftOut } from './adapters/index.mjs'
import { calibrate } from './calibrate.mjs'
import { Figures } from './figures.mjs'
import { watchForeignCpu } from './foreign-cpu.mjs'
import { publish, saved } from './publish.mjs'
import { printGoals, printTable } from './table.mjs'
import { takesPart, workloads } from './workloads.mjs'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    limit: { type: 'string', default: '120' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    add: { type: 'boolean', default: false },
    node: { type: 'string' },
  },
})

if (flags.node !== undefined) process.exit(withNode(flags.node))
if (positionals.includes('programs')) {
  const { measurePrograms } = await import('./programs.mjs')
  await measurePrograms()
  process.exit(0)
}
if (positionals.includes('cores')) {
  const { cores } = await import('./cores.mjs')
  cores({ rounds: Number(flags.rounds ?? 3), write: flags.write, perUs: await calibrate() })
  process.exit(0)
}

const all = Object.keys(workloads)
/** `serve` is `serve-50`, `serve-80` and so on. */
const named = name => (name in workloads ? [name] : all.filter(id => id.startsWith(`${name}-`)))
const asked = positionals.flatMap(name => (named(name).length > 0 ? named(name) : [name]))
const ids = positionals.length > 0 ? asked : all
const unknown = ids.filter(id => !(id in workloads))
if (unknown.length > 0) {
  console.error(`No workload ${unknown.join(', ')}: there are ${all.join(', ')}`)
  process.exit(1)
}
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 5))
const chosen = choose()
const perUs = await calibrate()
const figures = new Figures(flags.add ? saved(ids) : {})
const started = new Date()

console.log(`cpu: ${perUs.toFixed(0)} iterations per microsecond with both workers busy`)
for (let round = 0; round < rounds; round++) {
  for (const id of ids) {
    const taking = chosen.filter(adapter => takesPart(adapter, id))
    for (let i = 0; i < taking.length; i++) {
      const adapter = taking[(i + round) % taking.length]
      const result = await measure(id, adapter)
      figures.add(id, adapter.name, result)
      console.log(line(round, id, adapter, result))
    }
  }
  // After each round, so that a run that is interrupted is not lost.
  if (flags.write && !flags.quick) publish({ figures, ids, perUs, started })
}
for (const id of ids) printTable(figures, id)
printGoals(figures, ids)
const { most } = figures.foreign()
if (most > 0.1) console.log(`\nWarning: other processes used up to ${most.toFixed(2)} cores meanwhile.`)
if (flags.write && flags.quick) console.log('\nNothing is written: these are the figures of a quick look.')

/** The same with another Node: everything then runs there, the measure of this machine included. */
function withNode(version) {
  const npx = ['-y', `node@${version}`, '-p', 'process.execPath']
  const node = execFileSync('npx', npx, { encoding: 'utf8' }).trim()
  const rest = process.argv.slice(2).filter((word, i, all) => word !== '--node' && all[i - 1] !== '--node')
  return spawnSync(node, [fileURLToPath(import.meta.url), ...rest], { stdio: 'inherit' }).status ?? 1
}

function choose() {
  const wanted = flags.peers?.split(',')
  const only = flags.only?.split(',')
  return adapters.filter(adapter => {
    const fits = names => names.some(name => adapter.name === name || adapter.name.startsWith(`${name}-`))
    if (only !== undefined && !fits(only)) return false
    if (adapter.kind === 'peer' && wanted !== undefined && !fits(wanted)) return false
    const why = whyLeftOut(adapter)
    if (why !== undefined && ids.some(id => takesPart(adapter, id)))
      console.log(`${adapter.name} is left out: ${why}`)
    return why === undefined
  })
}

/** Runs one measurement in a process of its own; one that fails or hangs is a result, too. */
function measure(id, adapter) {
  const file = fileURLToPath(new URL('measure.mjs', import.meta.url))
  const options = JSON.stringify({ id, adapter: adapter.name, quick: flags.quick, perUs })
  const foreign = watchForeignCpu()
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--no-warnings', file, options], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    let answer = ''
    let complaints = ''
    let hung = false
    const limit = setTimeout(() => {
      hung = true
      child.kill('SIGKILL')
    }, Number(flags.limit) * 1000)
    child.stdio[3].on('data', text => {
      answer += text
    })
    child.stderr.on('data', text => {
      complaints = (complaints + text).slice(-2000)
    })
    child.on('close', code => {
      clearTimeout(limit)
      const cores = foreign()
      if (answer.endsWith('\n')) resolve({ ...JSON.parse(answer), foreign: cores })
      else if (hung) resolve({ failed: `not finished within ${flags.limit} s`, foreign: cores })
      else resolve({ failed: reason(complaints, code), foreign: cores })
    })
  })
}

/** 13 is Node's word for an `await` that nothing can end any more. */
function reason(complaints, code) {
  if (code === 13) return 'never answered'
  return complaints.match(/^\w*Error.*$/m)?.[0] ?? `exit ${code}`
}

function line(round, id, adapter, { failed, foreign, ...rest }) {
  const shown = Object.entries(rest)
    .filter(([, value]) => Number.isFinite(value))
    .map(([key, value]) =>
      key === 'value'
        ? `${value.toPrecision(4)} ${workloads[id].unit}`
        : `${key} ${Number(value.toPrecision(4))}`,
    )
  const others = foreign > 0.1 ? `   (others: ${foreign.toFixed(2)} cores)` : ''
  return `${round + 1}/${rounds} ${id.padEnd(8)} ${adapter.name.padEnd(17)} ${failed ?? shown.join('  ')}${others}`
}
