/**
 * The table of limits, docs/limits.md, made of the `limits.ts` of every room: each with its value, its reason and how to
 * change it. Part of `npm run ok`, which fails when the page is not as it would be made, or a limit stands elsewhere.
 *
 *     node test/house/limits.mjs [--write]
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = join(root, 'docs/limits.md')
const rooms = [
  'boss',
  'scheduler',
  'crew',
  'actor',
  'footprint',
  'words',
  'journal',
  'cli',
  'inspect',
  'dashboard',
]

/** A comment as one line of text. */
const textOf = comment =>
  comment
    .replaceAll(/^\s*\/?\*+\/?|\*\/\s*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

const known = new Map()
/** What a constant is: a number, or made of those before it. */
const evaluate = expression => new Function(...known.keys(), `return ${expression}`)(...known.values())

function sectionOf(room) {
  const source = readFileSync(join(root, 'src', room, 'limits.ts'), 'utf8')
  const title = /^\/\*\*\s+\* The limits of ([^.:]+)/.exec(source.replaceAll('\n *', ' *'))?.[1]?.trim()
  const rows = []
  for (const [, comment, name, expression] of source.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const (\w+) = (.*)\n/g,
  )) {
    const value = evaluate(expression)
    known.set(name, value)
    const [why, how = ''] = textOf(comment).split(' Change: ')
    const size =
      value >= 2 ** 20 && value % 2 ** 10 === 0 ? `${value / 2 ** 20} Mi` : value.toLocaleString('en')
    rows.push(`| \`${name}\` | ${size} | ${why} | ${how} |`)
  }
  const declared = source.match(/^export const /gm)?.length
  if (declared !== rows.length) throw new Error(`src/${room}/limits.ts: a limit has no reason`)
  return `## ${title[0].toUpperCase()}${title.slice(1)}\n\n| limit | value | why | change it by |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

const text = `# Limits

Every number that is built in and bounds something: what it is, why, and how to change it. Where nothing is said of changing
it, it is fixed. Names that end in \`Ms\` are milliseconds. This page is made of the \`limits.ts\` of each room
(\`node test/house/limits.mjs --write\`).

${rooms.map(sectionOf).join('\n')}`

if (process.argv.includes('--write')) writeFileSync(page, text)

let wrong = 0
if (readFileSync(page, 'utf8') !== text) {
  wrong++
  console.error('docs/limits.md is not what the limits are: node test/house/limits.mjs --write')
}
/** A limit by its name, outside of its room's `limits.ts`. What is laid out on the page of the dashboard is none. */
const limit =
  /^(?:export )?const ((?:most|least|longest|deepest|kept|fewest)[A-Z]\w*|\w+(?:Ms|AtOnce|Limit)) = \d/gm
for (const path of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
  if (!path.endsWith('.ts') || path.endsWith('limits.ts') || path.startsWith('dashboard/page/')) continue
  for (const [, name] of readFileSync(join(root, 'src', path), 'utf8').matchAll(limit)) {
    wrong++
    console.error(`${name} in src/${path} is a limit: it stands in limits.ts, with its reason`)
  }
}
console.log(wrong === 0 ? `${known.size} limits, each with its reason.` : `${wrong} faults in the limits`)
process.exitCode = wrong === 0 ? 0 : 1
