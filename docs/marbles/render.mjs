/**
 * Draws the marble diagrams: `*.txt` beside this file, in swirly's notation, become `*.svg`.
 *
 *     node docs/marbles/render.mjs           writes them
 *     node docs/marbles/render.mjs --check   says which are not up to date
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

import { parseMarbleDiagramSpecification } from '@swirly/parser'
import { renderMarbleDiagram } from '@swirly/renderer-node'
import { lightStyles } from '@swirly/theme-default-light'

const folder = new URL('./', import.meta.url)
const read = name => {
  try {
    return readFileSync(new URL(name, folder), 'utf8')
  } catch {
    return undefined // not drawn yet
  }
}

/** On a page of any colour: the drawing brings its own background. */
const styles = { ...lightStyles, background_color: 'white' }

let stale = 0
for (const source of readdirSync(folder).filter(name => name.endsWith('.txt'))) {
  const target = source.replace('.txt', '.svg')
  const text = read(source)
  const { xml } = renderMarbleDiagram(parseMarbleDiagramSpecification(text), { styles })
  const title = text
    .match(/^> (.*)$/m)[1]
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
  const drawing = `${xml.replace(/<svg[^>]*>/, start => `${start}<title>${title}</title>`)}\n`
  if (drawing === read(target)) continue
  stale++
  if (process.argv.includes('--check')) console.error(`${target} is not up to date: run npm run pictures`)
  else writeFileSync(new URL(target, folder), drawing)
}
if (process.argv.includes('--check') && stale > 0) process.exitCode = 1
