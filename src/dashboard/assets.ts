/** The page's script and style, as they lie beside this file once it is built. Read once. */

import { readFileSync } from 'node:fs'

export interface Assets {
  readonly script: string
  readonly style: string
}

let read: Assets | undefined

export function assets(): Assets {
  const text = (name: string) => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
  read ??= { script: text('dashboard-page.js'), style: text('dashboard-page.css') }
  return read
}
