/** Each promise in docs/reliability.md names tests that are there. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import test from 'ava'

import { root } from './snippets.ts'

const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts') && !path.includes('node_modules'))
  .map(path => readFileSync(join(root, 'test', path), 'utf8'))

test('every promise, property, case and hang names tests, and each of them is there', t => {
  const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8')
  const rows = [...page.matchAll(/^\| ([^|]+) \| (?:.* \| )?(`.*`) \|$/gm)]
  t.true(rows.length >= 60)
  for (const [, promise, named = ''] of rows) {
    const titles = [...named.matchAll(/`([^`]+)`/g)].map(([, title = '']) => title)
    t.true(titles.length > 0, `${promise} names no test`)
    for (const title of titles)
      t.true(
        tests.some(text => text.includes(title)),
        `${promise}: no test "${title}"`,
      )
  }
})
