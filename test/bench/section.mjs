/** Puts a table into docs/performance.md, between the marks of its section. */

import { readFileSync, writeFileSync } from 'node:fs'

export function writeSection(name, text) {
  const docs = new URL('../../docs/performance.md', import.meta.url)
  const page = readFileSync(docs, 'utf8')
  const [begin, end] = [
    `<!-- ${name}: written by node test/bench/${name}.mjs --write -->`,
    `<!-- end of ${name} -->`,
  ]
  if (!page.includes(begin) || !page.includes(end))
    throw new Error(`docs/performance.md has no marks for ${name}`)
  const before = page.slice(0, page.indexOf(begin))
  writeFileSync(docs, `${before}${begin}\n\n${text.trim()}\n\n${page.slice(page.indexOf(end))}`)
}
