/** After `typedoc`: every link within the built reference leads to a page that is there. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../dist/reference/', import.meta.url))
const pages = readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.html'))
const broken = pages.flatMap(page =>
  [...readFileSync(join(folder, page), 'utf8').matchAll(/(?:href|src)="([^"#]+)(?:#[^"]*)?"/g)]
    .map(([, target]) => target)
    .filter(target => !/^[a-z]+:/.test(target))
    .filter(target => !existsSync(join(folder, dirname(page), decodeURIComponent(target))))
    .map(target => `${page} -> ${target}`),
)

for (const link of new Set(broken)) console.error(`broken link: ${link}`)
console.log(`${pages.length} pages of reference in dist/reference, ${broken.length} broken links`)
if (broken.length > 0 || pages.length < 50) process.exitCode = 1
