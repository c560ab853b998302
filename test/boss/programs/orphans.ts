/** A program that is killed while its child works, or has nothing to do. */

import { processes } from '../../../src/entries/processes.ts'
import { Boss, maxThreads } from '../../../src/index.ts'
import native from '../../fixtures/native.ts'

const act = process.argv[2] === 'loop' ? 'loop' : 'who'
const boss = new Boss({ workers: native, crew: processes(), scheduler: maxThreads(1), output: 'inspect' })
boss.reports$.subscribe(report => {
  if (report.kind === 'done') console.log(`child ${(report.result as { pid: number }).pid}`)
})
boss.give({ act: 'who' })
if (act === 'loop') boss.give({ act })
boss.makeThemWork()
setInterval(() => {}, 1000)
