/**
 * Programs: what an instruction for a Python worker costs, and what 1 MB of result; beside a Python that starts for each.
 *
 *     npm run bench -- programs        python3 on PATH; GNU parallel and numpy where they are
 */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import * as t from 'io-ts'

import shell from '../../dist/actors/shell.js'
import { Boss, maxThreads } from '../../dist/lib/index.js'
import { defineProgram, programs } from '../../dist/lib/programs.js'

const rounds = 3
const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).stdout.trim()
const command = [python, fileURLToPath(new URL('workers/plain.py', import.meta.url))]
const parallel = spawnSync('parallel', ['--version']).status === 0
const hasNumpy = spawnSync(python, ['-c', 'import numpy']).status === 0

export async function measurePrograms() {
  const ahead = await best('empty', 50_000, { ahead: 500 })
  say('empty, many in flight (ahead: 500)', `${(ahead * 1000).toFixed(1)} us each`, 'goal: 60')
  const single = await best('empty', 10_000, { ahead: 0 })
  say('empty, one at a time', `${(single * 1000).toFixed(1)} us each`)
  const started = await bestOf(30, () => ({ command: python, args: ['-c', 'print(1)'] }), shell, undefined)
  say(
    'actors/shell running python3 -c',
    `${started.toFixed(1)} ms each`,
    `${(started / single).toFixed(0)} times as long; goal: 100`,
  )
  if (parallel) {
    const each = parallelMs(30)
    say(
      'GNU parallel running python3 -c',
      `${each.toFixed(1)} ms each`,
      `${(each / single).toFixed(0)} times as long; goal: 100`,
    )
  }
  for (const name of ['text', 'bytes', ...(hasNumpy ? ['array'] : [])]) {
    const ms = await best(name, 200, { ahead: 0 })
    const many = await best(name, 200, { ahead: 4 })
    say(
      `1 MB of ${name}, one at a time; 4 ahead`,
      `${(1000 / ms).toFixed(0)}; ${(1000 / many).toFixed(0)} MB/s`,
      'goal: 100',
    )
  }
}

const say = (what, figure, beside = '') => console.log(`${what.padEnd(44)} ${figure.padStart(18)}  ${beside}`)

const best = (name, count, options) =>
  bestOf(
    count,
    n => ({ n }),
    defineProgram({ name, attr: { n: t.number }, command }),
    programs({ ...options, min: 1 }),
  )

/** Milliseconds for each of so many, in the best of some rounds, with one worker that is warm. */
async function bestOf(count, given, worker, crew) {
  const boss = new Boss({
    workers: worker,
    ...(crew && { crew }),
    scheduler: maxThreads(1),
    keepReports: false,
  }).start()
  await boss.ready()
  const times = []
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now()
    const instructions = Array.from({ length: count }, (_, n) => given(n))
    await new Promise((resolve, reject) => {
      let left = count
      const reports = boss.reports$.subscribe(report => {
        if (report.kind === 'failed') reject(new Error(report.failure.why))
        if (report.kind !== 'interim' && --left === 0) {
          reports.unsubscribe()
          resolve()
        }
      })
      for (const instruction of instructions) boss.give(instruction)
    })
    if (round > 0) times.push((performance.now() - began) / count)
  }
  await boss.stopThemWorking()
  return Math.min(...times)
}

function parallelMs(count) {
  const began = performance.now()
  spawnSync('parallel', ['-j', '1', `${python} -c 'print({})'`], {
    input: Array.from({ length: count }, (_, n) => `${n}\n`).join(''),
  })
  return (performance.now() - began) / count
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await measurePrograms()
