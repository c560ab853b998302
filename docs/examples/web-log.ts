/**
 * What a web server's log says: a large file is cut into pieces at line ends, each is counted by a worker, and the counts
 * are added up as they come. The file is never in memory as a whole, and no line crosses a thread.
 *
 *     npm run example web-log [access.log]
 *
 * Without a file it writes one of a million lines first.
 */

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { analyse } from './analyse-log.ts'
import { writeLog } from './write-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'rxboss-web-log-'))
try {
  const path = process.argv[2] ?? writeLog(join(folder, 'access.log'), Number(process.env.LINES ?? 1_000_000))
  const began = performance.now()
  const { lines, bytes, status, paths } = await analyse(path)
  const seconds = (performance.now() - began) / 1000
  console.error(`${(statSync(path).size / 2 ** 20).toFixed(0)} MB in ${seconds.toFixed(2)} s`)
  console.log(`${lines} lines, ${bytes} bytes sent`)
  for (const [code, count] of Object.entries(status)) console.log(`${code}  ${count}`)
  const busiest = Object.entries(paths).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  for (const [page, count] of busiest.slice(0, 3)) console.log(`${count}  ${page}`)
} finally {
  rmSync(folder, { recursive: true })
}
