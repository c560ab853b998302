/** Two gated instructions through a queue, in one job if so told, with a journal that is resumed if it is there. */

import { existsSync, readFileSync } from 'node:fs'

import { bullmq } from '../../../../src/entries/bullmq.ts'
import { fileJournal } from '../../../../src/entries/journal.ts'
import { Boss, maxThreads } from '../../../../src/index.ts'
import { gated } from '../workers/tasks.ts'

const [connection = '', journal = '', log = '', gate = '', otherGate = '', pack = '1'] = process.argv.slice(2)
const runOf = () => /"run":"([^"]+)"/.exec(readFileSync(journal, 'utf8'))?.[1] ?? ''
const boss = new Boss({
  workers: gated,
  scheduler: maxThreads(2),
  journal: fileJournal(journal, existsSync(journal) ? { resume: true, note: () => {} } : {}),
  crew: bullmq({ connection, queue: 'resumed', run: runOf, pack: Number(pack) }),
})
boss.reports$.subscribe(({ kind, id }) => console.log(kind === 'interim' ? 'begun' : `${kind} ${id}`))
boss.give({ log, gate })
boss.give({ log, gate: otherGate })
boss.makeThemWork()
boss.end()
const { counts } = await boss.waitTillFinished()
console.log(`finished ${counts.done} done`)
await boss[Symbol.asyncDispose]()
