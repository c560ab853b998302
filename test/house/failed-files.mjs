/**
 * The compiled test files in which something failed, from what AVA printed, one a line; nothing where a failure has no file.
 *
 *     node test/house/failed-files.mjs < log
 */

import { existsSync, readFileSync } from 'node:fs'

const files = new Set()
let unknown = false
for (const line of readFileSync(0, 'utf8').split('\n')) {
  const pending =
    /(?:pending|[Uu]ncaught exception|[Uu]nhandled rejection) in (dist\/test\/\S+\.js)/.exec(line) ??
    /^ {2}[✘×] (dist\/test\/\S+\.js) exited/.exec(line)
  if (pending?.[1] !== undefined) files.add(pending[1])
  const failed = /^ {2}[✘×] \[fail\]: (.*)/.exec(line)?.[1]?.split(' › ')
  if (failed !== undefined) {
    const file = failed
      .map((_, i) => `dist/test/${failed.slice(0, i + 1).join('/')}.test.js`)
      .find(path => existsSync(path))
    if (file === undefined) unknown = true
    else files.add(file)
  }
}
if (!unknown) console.log([...files].join('\n'))
