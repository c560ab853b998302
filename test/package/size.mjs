/**
 * What a page loads, minified and gzipped, without rxjs and io-ts, against a budget. Needs a build.
 *
 *     npm run size
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'

const lib = name => fileURLToPath(new URL(`../../dist/lib/${name}.browser.js`, import.meta.url))
const external = ['rxjs', 'io-ts', 'io-ts/*', 'fp-ts', 'fp-ts/*']

/** Budgets are a little above what there is: whoever passes one says why. Goals are where it should get. */
const { size: parts } = JSON.parse(readFileSync(new URL('../house/budgets.json', import.meta.url), 'utf8'))

const guide = readFileSync(new URL('../../docs/browser.md', import.meta.url), 'utf8')
let wrong = false
for (const { what, entry, exports, kB, goal } of parts) {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ${exports.join(', ')} } from ${JSON.stringify(lib(entry))}`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    external: [...external, 'threads', 'threads/worker'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  })
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000
  const told = guide.includes(`**${Math.ceil(size)} kB**`)
  console.log(
    `${what}: ${size.toFixed(1)} kB of ${kB} (goal ${goal})${told ? '' : ', and docs/browser.md says otherwise'}`,
  )
  wrong ||= size > kB || !told
}
process.exitCode = wrong ? 1 : 0
