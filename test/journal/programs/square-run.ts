/**
 * Squares 0 .. COUNT-1 with a journal, and dies by SIGKILL in the middle of a write, once so many bytes are in the journal:
 *
 *     node square-run.js JOURNAL EFFECTS COUNT BYTES
 *
 * Each run of the work leaves a line in EFFECTS.
 */

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

import * as t from 'io-ts'

const [, , journal = '', effects = '', count = '0', bytes = '0'] = process.argv

let left = Number(bytes)
const { writeSync } = fs
const dying = (file: number, data: Buffer, from = 0) => {
  if (data.length - from <= left) {
    left -= data.length - from
    return writeSync(file, data, from)
  }
  writeSync(file, data, from, left)
  return process.kill(process.pid, 'SIGKILL') ? 0 : 0
}
Object.assign(fs, { writeSync: dying })
syncBuiltinESMExports()

const { Boss, defineWorker, inline, maxThreads } = await import('../../../src/index.ts')
const { fileJournal } = await import('../../../src/entries/journal.ts')

const note = fs.openSync(effects, 'a')
const square = defineWorker(import.meta, {
  name: 'square',
  attr: { n: t.number },
  work: async ({ n }) => {
    writeSync(note, `${n}\n`)
    await null
    return n * n
  },
})

const boss = new Boss({
  workers: [square],
  crew: inline(),
  scheduler: maxThreads(3),
  journal: fileJournal(journal, { resume: true, note: () => {} }),
})
const order = Array.from({ length: Number(count) }, (_, n) => n).sort(() => Math.random() - 0.5)
for (const n of order) boss.give({ n })
boss.makeThemWork()
const { counts } = await boss.waitTillFinished()
process.exitCode = counts.done === Number(count) ? 0 : 1
