/**
 * One big NDJSON file at the speed of all cores: `--pipepart` and `--pipe` against a Node filter of one thread that parses every
 * line and writes it again, and GNU parallel's `--pipe` with that filter for each block. Run the build first:
 * `npm run build && node test/bench/blocks.mjs [megabytes] [rounds]`.
 */

import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { watchForeignCpu } from './foreign-cpu.mjs'

const [megabytes = 1000, rounds = 3] = process.argv.slice(2).map(Number)
const main = fileURLToPath(new URL('../../dist/lib/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'rxboss-bench-blocks-'))
const file = name => join(folder, name)
const node = process.execPath

function write(name, text) {
  const fd = openSync(file(name), 'w')
  writeSync(fd, text)
  closeSync(fd)
}

/** About 190 bytes each. @returns how many */
function makeInput() {
  const fd = openSync(file('big.ndjson'), 'w')
  let [bytes, n] = [0, 0]
  while (bytes < megabytes * 1e6) {
    let text = ''
    for (let i = 0; i < 5000; i++, n++)
      text += `${JSON.stringify({
        id: n,
        user: `user-${n % 977}`,
        at: new Date(1.7e12 + n * 1000).toISOString(),
        tags: ['a', `t${n % 7}`, 'long-tag-name'],
        price: (n % 1000) / 8,
        note: 'the quick brown fox jumps over the lazy dog',
      })}\n`
    bytes += writeSync(fd, text)
  }
  closeSync(fd)
  return n
}

write(
  'filter.mjs',
  `import { createInterface } from 'node:readline'
let out = ''
for await (const line of createInterface({ input: process.stdin })) {
  out += JSON.stringify(JSON.parse(line)) + '\\n'
  if (out.length > 65536) { process.stdout.write(out); out = '' }
}
process.stdout.write(out)
`,
)
write(
  'same.mjs',
  `import * as t from ${JSON.stringify(import.meta.resolve('io-ts'))}
import { defineWorker } from ${JSON.stringify(new URL('../../dist/lib/worker.js', import.meta.url).href)}
export default defineWorker(import.meta, {
  name: 'same',
  attr: { id: t.number, user: t.string, at: t.string, tags: t.array(t.string), price: t.number, note: t.string },
  work: record => record,
})
`,
)

const records = makeInput()
const run = ['run', file('same.mjs'), '--format', 'results', '-q']
const contenders = [
  { name: 'filter', command: [node, file('filter.mjs')] },
  { name: '--pipepart', command: [node, main, ...run, '--pipepart', file('big.ndjson')] },
  { name: '--pipe', command: [node, main, ...run, '--pipe'] },
  {
    name: 'parallel',
    command: ['parallel', '--will-cite', '--pipe', '--block', '10M', node, file('filter.mjs')],
  },
].filter(({ command: [program], name }) => {
  const missing = spawnSync(program, ['--version']).error !== undefined
  if (missing) console.log(`${name}: not installed, left out`)
  return !missing
})

/** Of a process and its children, in MB. */
function memoryOf(pid) {
  try {
    const own = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return Number(own) / 1024 + children.reduce((sum, child) => sum + memoryOf(child), 0)
  } catch {
    return 0 // it is gone
  }
}

async function measure({ command: [program, ...args] }) {
  const [stdin, stdout] = [openSync(file('big.ndjson'), 'r'), openSync(file('out'), 'w')]
  const foreign = watchForeignCpu()
  const began = performance.now()
  const child = spawn(program, args, { stdio: [stdin, stdout, 'inherit'] })
  let memory = 0
  const watch = setInterval(() => {
    memory = Math.max(memory, memoryOf(child.pid))
  }, 50)
  const code = await new Promise(resolve => child.once('close', resolve))
  clearInterval(watch)
  const seconds = (performance.now() - began) / 1000
  closeSync(stdin)
  closeSync(stdout)
  if (code !== 0) throw new Error(`${program}: exit code ${code}`)
  return { seconds, memory, others: foreign(), bytes: statSync(file('out')).size }
}

try {
  console.log(`${records} records, ${(statSync(file('big.ndjson')).size / 1e6).toFixed(0)} MB`)
  const all = new Map(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) {
      const one = await measure(contender)
      all.get(contender.name).push(one)
      console.log(
        `round ${round + 1}  ${contender.name.padEnd(11)} ${one.seconds.toFixed(2)} s  ${one.memory.toFixed(0)} MB  ${(one.bytes / 1e6).toFixed(0)} MB out  others ${one.others.toFixed(1)} cores`,
      )
    }
  const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
  const of = name => median(all.get(name).map(({ seconds }) => seconds))
  console.log('\n             median s   x filter   most MB')
  for (const { name } of contenders) {
    const most = Math.max(...all.get(name).map(({ memory }) => memory))
    console.log(
      `${name.padEnd(11)} ${of(name).toFixed(2).padStart(9)} ${(of(name) / of('filter')).toFixed(2).padStart(10)} ${most.toFixed(0).padStart(9)}`,
    )
  }
  console.log(
    '\ngoals: --pipepart at most 0.60 x the filter, and 300 MB; --pipe at most the time of parallel',
  )
} finally {
  rmSync(folder, { recursive: true })
}
