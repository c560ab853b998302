/**
 * A run to look at while it goes on: darts of all lengths, files that are compressed, and some that are not there. Its page
 * is served until Ctrl-C; halt it there, search its reports, stop it.
 *
 *     npm run example live-dashboard [instructions]
 */

import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Boss, byPriority, maxThreads, scheduler } from 'rxboss'
import gzip from 'rxboss/actors/gzip'
import { serveDashboard } from 'rxboss/dashboard'

import darts from './darts.ts'

const count = Number(process.argv[2] ?? 1000)
const folder = mkdtempSync(join(tmpdir(), 'rxboss-live-'))
const text = join(folder, 'text')
writeFileSync(text, 'What is written often is compressed well. '.repeat(100_000))

const boss = new Boss({ workers: [darts, gzip], scheduler: scheduler(maxThreads(), byPriority()) })
const { url, close } = await serveDashboard(boss, { total: () => count })
console.log(`Look at ${url}`)

for (let n = 0; n < count; n++) {
  if (n % 40 === 13) boss.give({ path: join(folder, 'missing'), name: `missing ${n}` })
  else if (n % 10 === 3) boss.give({ path: text, to: join(folder, `${n}.gz`), priority: 1 })
  else boss.give({ seed: n, count: 1000 * ((n * 7919) % 10_007) })
}
boss.makeThemWork({ terminate: true })

const stopped = once(process, 'SIGINT')
void stopped.then(() => boss.stopThemWorking())
const { counts } = await boss.getReport({ block: true })
console.log(`${counts.done} done, ${counts.failed} failed, ${counts.pending + counts.cancelled} not done`)
console.error('The page stays until Ctrl-C')
await stopped
await close()
await boss[Symbol.asyncDispose]()
rmSync(folder, { recursive: true })
