/**
 * The glossary is complete and true: every public type whose name is one word has a row, and every word is said in the file
 * that its row points to. Part of `npm run ok`.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = fileURLToPath(new URL('../../docs/', import.meta.url))
const faults = []

/** Forms of one word: `Answering` is of *ask*, and `Watched` of a child that is watched. */
const sameAs = {
  Answering: 'question',
  Ask: 'question',
  Asked: 'question',
  Attributes: 'attribute',
  Cleanup: 'life',
  Granted: 'supplies',
  Listened: 'listening',
  Offered: 'mailbox',
  Output: 'actor',
  Placeable: 'place',
  Placer: 'place',
  Readable: 'source',
  Shown: 'mailbox',
  Watched: 'child',
}

const words = new Set()
for (const line of readFileSync(join(docs, 'glossary.md'), 'utf8').split('\n')) {
  const [, terms, file] = /^\| (\*\*.+?) \|.*\]\(([^)]+)\) \|$/.exec(line) ?? []
  if (terms === undefined) continue
  const source = readFileSync(join(docs, file), 'utf8').toLowerCase()
  for (const [, term] of terms.matchAll(/\*\*(.+?)\*\*/g)) {
    const word = term.toLowerCase()
    if (words.has(word)) faults.push(`"${term}" stands there twice`)
    words.add(word)
    const stem = (word.split(' ').at(-1) ?? word).replace(/(ing|ies|s|y)$/, '')
    if (!source.includes(stem)) faults.push(`"${term}": ${file} does not speak of it`)
  }
}

const index = readFileSync(join(docs, '../src/index.ts'), 'utf8')
for (const name of new Set(index.match(/\b[A-Z][a-z]+\b(?!['.])/g)))
  if (index.includes(`type ${name},`) || new RegExp(`[{,]\\s*(?:type )?${name}\\s*[,}]`).test(index))
    if (!words.has((sameAs[name] ?? name).toLowerCase())) faults.push(`${name} is public, and has no row`)

for (const fault of faults) console.error(`docs/glossary.md: ${fault}`)
console.log(
  faults.length === 0 ? `${words.size} words, each in its file.` : `${faults.length} faults in the glossary`,
)
process.exitCode = faults.length === 0 ? 0 : 1
