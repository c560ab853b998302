/** Links in the documentation lead somewhere: files exist, and so do the headings they point at. */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

import test from 'ava'

import { linksOf, pages, root } from './snippets.ts'

/** As GitHub makes anchors of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')

const anchorsOf = (text: string): readonly string[] =>
  [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))

for (const page of pages) {
  test(`the links of ${page} lead somewhere`, t => {
    const text = readFileSync(join(root, page), 'utf8')
    for (const target of linksOf(text)) {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : normalize(join(dirname(page), path))
      t.true(existsSync(join(root, file)), `${target}: there is no ${file}`)
      if (anchor === undefined || !file.endsWith('.md') || !existsSync(join(root, file))) continue
      t.true(anchorsOf(readFileSync(join(root, file), 'utf8')).includes(anchor), `${target}: no such heading`)
    }
    t.pass()
  })
}

test('the six files that the README says to read have fewer than 500 lines', t => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const path = /^Six files.*?\n(?=All its rules)/ms.exec(readme)?.[0] ?? ''
  const files = [...path.matchAll(/\]\(([^)]+\.ts)\)/g)].map(([, file = '']) => file)
  t.is(files.length, 6)
  const lines = files.flatMap(file => readFileSync(join(root, file), 'utf8').trimEnd().split('\n'))
  t.true(lines.length < 500, `${lines.length} lines`)
})
