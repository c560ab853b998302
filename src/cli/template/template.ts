/**
 * Templates: texts with places that a record fills. They are the same in every option that takes one.
 *
 *     {}            the record's value; of several, all of them, with spaces between
 *     {1} {path}    its first value; the value of this attribute; {result.sha256} a part of it
 *     {.}           without its extension        {path.}     {1.}
 *     {/}           without its folder           {path/}     {1/}
 *     {//}          its folder                   {path//}    {1//}
 *     {/.}          without either               {path/.}    {1/.}
 *     {#}  {%}      the number of the record; of the slot that works on it
 *     {{path}}      {path}, as it is
 *
 * Every other brace is a brace: `{a,b}`, `{"a":{}}`, `${HOME}`, `{{.Id}}`.
 */

import { toJson } from '../../words/to-json.ts'

/** A value by its name or number, or the record's own; and what of it. */
export interface Hole {
  /** Nothing for the record's own value. */
  readonly name: string | undefined
  /** A way into the value: `sha256` of `{result.sha256}`. */
  readonly path: readonly string[]
  readonly part: '' | '.' | '/' | '//' | '/.'
  /** As it is written. */
  readonly written: string
}

export interface Template {
  readonly text: string
  readonly pieces: readonly TemplatePiece[]
}

export type TemplatePiece =
  | { readonly literal: string }
  | { readonly hole: Hole }
  | { readonly counter: 'record' | 'slot' }

const name = String.raw`[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_][\p{L}\p{N}_-]*)*|[1-9]\d*`
const inner = `(?:(?:${name})?(?:\\/\\.|\\/\\/|\\/|\\.)?|#|%)`
const place = new RegExp(`\\{(\\{${inner}\\})\\}|(?<![$\\\\{])\\{(${inner})\\}`, 'gu')
const parts = new RegExp(`^(${name})?(\\/\\.|\\/\\/|\\/|\\.)?$`, 'u')

/** Whether there is something to fill, or doubled braces that stand for single ones. */
export const isTemplate = (text: string): boolean => text.includes('{') && text.search(place) !== -1

export function parseTemplate(text: string): Template {
  const pieces: TemplatePiece[] = []
  let literal = ''
  let at = 0
  for (const found of text.matchAll(place)) {
    literal += text.slice(at, found.index)
    at = found.index + found[0].length
    const [, braced, within = ''] = found
    if (braced !== undefined) {
      literal += braced
      continue
    }
    if (literal !== '') pieces.push({ literal })
    literal = ''
    pieces.push(
      within === '#' ? { counter: 'record' } : within === '%' ? { counter: 'slot' } : holeOf(within),
    )
  }
  literal += text.slice(at)
  if (literal !== '') pieces.push({ literal })
  return { text, pieces }
}

function holeOf(within: string): { readonly hole: Hole } {
  const [, named, part = ''] = parts.exec(within) ?? []
  const [first, ...path] = named?.split('.') ?? []
  return { hole: { name: first, path, part: part as Hole['part'], written: `{${within}}` } }
}

/** What of a value is meant, as a text: of a path its folder, its name, either without extension. */
export function textOfHole({ part }: Pick<Hole, 'part'>, value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : toJson(value)
  if (part === '.') return withoutExtension(text)
  if (part === '/') return baseName(text)
  if (part === '//') return folderOf(text)
  return part === '/.' ? withoutExtension(baseName(text)) : text
}

/** A name that begins with its only dot has no extension. */
const withoutExtension = (path: string): string => path.replace(/(?<=[^/])\.[^/.]+$/, '')

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function folderOf(path: string): string {
  const at = path.lastIndexOf('/')
  return at === -1 ? '.' : at === 0 ? '/' : path.slice(0, at)
}

/** The part of a value to which a way leads; nothing where it leads nowhere. */
export function alongPath(value: unknown, path: readonly string[]): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[step]
  }
  return at
}
