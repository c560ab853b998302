/**
 * The graph of folders: which folder of src/ and actors/ imports from which, types included, since a reader follows them
 * too. The entry points are one node: they import from everywhere, and nobody reads through them.
 *
 *     node test/house/folder-edges.mjs [--list]
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const nodeOf = file => (/^src\/(index\.ts|entries\/)/.test(file) ? 'entry points' : dirname(file))

const edges = new Map()
const nodes = new Set()
for (const top of ['src', 'actors'])
  for (const path of readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue
    const file = posix.join(top, path)
    nodes.add(nodeOf(file))
    for (const [, specifier] of readFileSync(join(root, file), 'utf8').matchAll(
      /(?:from|import\()\s*'(\.[^']+)'/g,
    )) {
      const to = nodeOf(posix.join(dirname(file), specifier))
      if (to === nodeOf(file)) continue
      const edge = `${nodeOf(file)} -> ${to}`
      edges.set(edge, (edges.get(edge) ?? 0) + 1)
    }
  }

if (process.argv.includes('--list'))
  for (const [edge, imports] of [...edges].sort()) console.log(`${edge}  ${imports}`)
console.log(`${nodes.size} folders, ${edges.size} edges between them`)
