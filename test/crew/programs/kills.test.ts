/**
 * Children killed at random moments: whatever was given is settled, once, and without `retries` nothing begins twice.
 *
 *     KILLS=300 npx ava dist/test/crew/programs/kills.test.js
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import * as io from 'io-ts'

import { defineProgram, programs } from '../../../src/entries/programs.ts'
import { Boss, maxThreads } from '../../../src/index.ts'
import { folderWith } from '../../cli/command.ts'
import { python, test } from './python.ts'

const kills = Number(process.env.KILLS ?? 15)

/** Leaves a mark for each time it has begun. */
const marking = `
import os, time
from rxboss import serve, worker
@worker
def mark(n, folder):
    with open(os.path.join(folder, str(n)), 'a') as file:
        file.write('.')
    if n % 5 == 0:
        time.sleep(0.002)
    return n
serve()
`

const mark = (command: readonly string[]) =>
  defineProgram({ name: 'mark', attr: { n: io.number, folder: io.string }, command })

for (const [title, ahead, retries] of [
  ['one at a time', 0, 0],
  ['some handed ahead', 8, 0],
  ['some handed ahead, with retries', 8, 2],
] as const) {
  test(`${kills} random kills, ${title}: given = settled, and each begins as often as it may`, async t => {
    t.timeout(30_000 + kills * 2000)
    const folder = folderWith({ 'mark.py': marking })
    await using boss = new Boss({
      workers: [mark([python, join(folder, 'mark.py')])],
      crew: programs({ ahead }),
      scheduler: maxThreads(2),
      supervise: { max: 10_000, within: 1000, backoff: () => 0 },
      backoff: () => 0,
      retries,
    })
    const alive = new Map<string, number>()
    const settled = new Map<number, number>()
    boss.inspect$.subscribe(event => {
      if (event.type === 'worker.ready' && event.pid !== undefined) alive.set(event.workerId, event.pid)
      if (event.type === 'worker.exit') alive.delete(event.workerId)
    })
    let given = 0
    boss.reports$.subscribe(report => {
      if (report.kind === 'interim') return
      settled.set(report.id, (settled.get(report.id) ?? 0) + 1)
      if (killed < kills) give()
    })
    const give = () => boss.give({ n: given++, folder })
    let killed = 0
    for (let i = 0; i < 40; i++) give()
    boss.makeThemWork()
    while (killed < kills) {
      await new Promise(resolve => setTimeout(resolve, 5 + 60 * Math.random()))
      const pids = [...alive.values()]
      const pid = pids[Math.floor(Math.random() * pids.length)]
      if (pid === undefined) continue
      try {
        process.kill(pid, 'SIGKILL')
        killed++
      } catch {
        // It has gone by itself just now.
      }
    }
    const { counts } = await boss.waitTillFinished()
    t.is(counts.submitted, given)
    t.is(counts.done + counts.failed, given)
    t.is(settled.size, given)
    t.true([...settled.values()].every(times => times === 1))
    for (let n = 0; n < given; n++) {
      const path = join(folder, String(n))
      const begun = existsSync(path) ? readFileSync(path, 'utf8').length : 0
      t.true(begun <= retries + 1, `${n} began ${begun} times`)
    }
    t.true(counts.failed <= kills)
  })
}
