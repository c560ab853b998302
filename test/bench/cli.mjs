/**
 * What the command costs, in one interleaved run: a million no-op records through stdin and stdout, against a bare Node
 * filter that parses every line and writes it again; and the rate of GNU parallel and xargs -P, which start a process for
 * each. Run the build first: `npm run build && node test/bench/cli.mjs [rounds]`.
 */

import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { watchForeignCpu } from './foreign-cpu.mjs'

const rounds = Number(process.argv[2] ?? 5)
const many = 1_000_000
/** Those that start a process for each record get fewer: their price does not fall with the number. */
const few = 200

const main = fileURLToPath(new URL('../../dist/lib/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'rxboss-bench-cli-'))
const file = name => join(folder, name)

writeFileSync(file('many.ndjson'), Array.from({ length: many }, (_, n) => `{"n":${n}}\n`).join(''))
writeFileSync(file('few.txt'), Array.from({ length: few }, (_, n) => `${n}\n`).join(''))
writeFileSync(
  file('filter.mjs'),
  `import { createInterface } from 'node:readline'
let out = ''
for await (const line of createInterface({ input: process.stdin })) {
  const { n } = JSON.parse(line)
  out += JSON.stringify({ n: n + 1 }) + '\\n'
  if (out.length > 65536) { process.stdout.write(out); out = '' }
}
process.stdout.write(out)
`,
)
writeFileSync(
  file('noop.mjs'),
  `import * as t from ${JSON.stringify(import.meta.resolve('io-ts'))}
import { defineWorker } from ${JSON.stringify(new URL('../../dist/lib/worker.js', import.meta.url).href)}
export default defineWorker(import.meta, { name: 'noop', attr: { n: t.number }, work: ({ n }) => n + 1 })
`,
)

const script = 'console.log(Number(process.argv[1]) + 1)'
const node = process.execPath
const contenders = [
  { name: 'filter', records: many, command: [node, file('filter.mjs')], input: 'many.ndjson' },
  {
    name: 'rxboss',
    records: many,
    command: [node, main, 'run', file('noop.mjs'), '-q'],
    input: 'many.ndjson',
  },
  {
    name: 'parallel',
    records: few,
    command: ['parallel', '--will-cite', node, '-e', `'${script}'`, '{}'],
    input: 'few.txt',
  },
  {
    name: 'xargs',
    records: few,
    command: ['xargs', '-P', String(availableParallelism()), '-n', '1', node, '-e', script],
    input: 'few.txt',
  },
].filter(({ command: [program], name }) => {
  const missing = spawnSync(program, ['--version']).error !== undefined
  if (missing) console.log(`${name}: not installed, left out`)
  return !missing
})

/** Seconds, its own CPU seconds, and the cores that others used meanwhile. */
async function measure({ command: [program, ...args], input, records }) {
  const stdin = openSync(file(input), 'r')
  const stdout = openSync(file('out'), 'w')
  const foreign = watchForeignCpu()
  const began = performance.now()
  const child = spawn(program, args, { stdio: [stdin, stdout, 'inherit'] })
  const code = await new Promise(resolve => child.once('close', resolve))
  const seconds = (performance.now() - began) / 1000
  const others = foreign()
  closeSync(stdin)
  closeSync(stdout)
  const lines = readFileSync(file('out')).reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0)
  if (code !== 0 || lines !== records)
    throw new Error(`${program}: exit code ${code}, ${lines} lines of ${records}`)
  return { seconds, others }
}

const times = new Map(contenders.map(({ name }) => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (let i = 0; i < contenders.length; i++) {
    const contender = contenders[(i + round) % contenders.length]
    const { seconds, others } = await measure(contender)
    times.get(contender.name).push(seconds)
    const busy = others > 0.1 ? `   others used ${others.toFixed(1)} cores` : ''
    console.log(`round ${round + 1}  ${contender.name.padEnd(9)} ${seconds.toFixed(2)} s${busy}`)
  }
}
rmSync(folder, { recursive: true })

const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const rate = ({ name, records }) => records / median(times.get(name))
const rates = new Map(contenders.map(one => [one.name, rate(one)]))
console.log('\n           median s   least s   records/s')
for (const { name } of contenders) {
  const all = times.get(name)
  const columns = [median(all).toFixed(2), Math.min(...all).toFixed(2), Math.round(rates.get(name))]
  console.log(
    `${name.padEnd(9)} ${String(columns[0]).padStart(9)} ${String(columns[1]).padStart(9)} ${String(columns[2]).padStart(11)}`,
  )
}
const ratio = rates.get('filter') / rates.get('rxboss')
console.log(`\nrxboss takes ${ratio.toFixed(2)} x the time of the filter (goal: at most 2.5)`)
for (const name of ['parallel', 'xargs']) {
  if (!rates.has(name)) continue
  console.log(
    `rxboss does ${Math.round(rates.get('rxboss') / rates.get(name))} x the records of ${name} (goal: at least 100)`,
  )
}
