/**
 * The programs in the documentation: every fenced block of TypeScript.
 *
 *     ```ts                  is compiled
 *     ```ts file=primes.ts   is compiled, and the blocks below it on the page can import it by that name
 *     ```ts run              is compiled and run, and prints what its comment lines at the margin say
 *     ```ts continues        goes on where the block before it ended
 *
 * A page that imports a worker it does not show finds it in `workers/`.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))
const sources = join(root, 'test/docs/workers')

export interface Snippet {
  /** The page, from the project's root. */
  readonly page: string
  readonly line: number
  readonly code: string
  /** `primes.ts`, or `42.ts` after its line. */
  readonly file: string
  readonly runs: boolean
}

const withoutCode = (text: string): string => text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '')

/** What a page links to, apart from the web. */
export const linksOf = (text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
    .map(([, link, source]) => (link ?? source) as string)
    .filter(target => !/^(https?|mailto):/.test(target))

/** The pages that people read, from the project's root. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter(name => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'))
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
  'actors/README.md',
  'docs/examples/README.md',
]

export function snippetsOf(page: string): readonly Snippet[] {
  const text = readFileSync(join(root, page), 'utf8')
  let before = ''
  return [...text.matchAll(/^```ts([^\n]*)\n(.*?)^```/gms)].map(match => {
    const [, terms = '', own = ''] = match
    const code = /\bcontinues\b/.test(terms) ? `${before}\n${own}` : own
    before = code
    const line = text.slice(0, match.index).split('\n').length
    const file = /file=(\S+)/.exec(terms)?.[1] ?? `${line}.ts`
    return { page, line, code, file, runs: /\brun\b/.test(terms) }
  })
}

/** A folder for each page, without separators. */
export const folderOf = (page: string): string => page.replace(/\.md$/, '').replaceAll('/', '-').toLowerCase()

/** Workers that pages import and do not show. */
export const sharedWorkers: readonly { readonly file: string; readonly code: string }[] = readdirSync(sources)
  .filter(name => name.endsWith('.ts'))
  .map(file => ({ file, code: readFileSync(join(sources, file), 'utf8') }))
