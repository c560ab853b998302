/**
 * Which of our files one instruction crosses, in and out: V8's own count of the functions that ran between giving it and
 * its report, on the main thread and in the worker's.
 *
 *     npm run build && node test/house/crossed-files.mjs [--list]
 *
 * A warm boss on one thread does two instructions beforehand, so that what only a first one needs is left out.
 */

import { Session } from 'node:inspector/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Boss, maxThreads, threads } from '../../dist/src/index.js'
import counted from './counted-worker.mjs'

const root = fileURLToPath(new URL('../../dist/', import.meta.url))

/** The files of ours in which a function ran, and how many functions in each. */
export function filesOf(coverage) {
  const files = new Map()
  for (const { url, functions } of coverage) {
    if (!url.startsWith('file:')) continue
    const path = relative(root, fileURLToPath(url))
    if (!path.startsWith('src/')) continue
    const ran = functions.filter(({ functionName, ranges }) => functionName !== '' && ranges[0].count > 0)
    if (ran.length > 0) files.set(path.replace(/\.js$/, '.ts'), ran.length)
  }
  return files
}

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

const boss = new Boss({
  workers: [counted],
  crew: threads({ size: 1 }),
  scheduler: maxThreads(1),
  keepReports: false,
})
boss.makeThemWork()
// Subscribed once: what that takes is not the instruction's.
let told = () => {}
boss.reports$.subscribe(report => told(report))
const perform = () =>
  new Promise(resolve => {
    told = resolve
    boss.give({ limit: 1 })
  })
await perform()
await perform()
await session.post('Profiler.takePreciseCoverage') // which sets all counts to zero
await perform()
const { result: here } = await session.post('Profiler.takePreciseCoverage')
// The worker's count goes from within one work to within the next: a whole round.
const { result: there } = await perform()
await boss.stopThemWorking()
session.disconnect()

const main = filesOf(here)
const thread = filesOf(there)
const all = new Set([...main.keys(), ...thread.keys()])
if (process.argv.includes('--list')) {
  for (const [name, files] of [
    ['main', main],
    ['thread', thread],
  ]) {
    console.log(`${name}: ${files.size} files`)
    for (const [file, functions] of [...files].sort()) console.log(`  ${file}  ${functions}`)
  }
}
console.log(
  `One instruction crosses ${all.size} files: ${main.size} on the main thread, ${thread.size} in the worker's.`,
)
