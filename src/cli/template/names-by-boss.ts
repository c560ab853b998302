/**
 * `--name`: what instructions are called. `resize {path}` and `resize [path]` are the same: the boss fills in what decoding
 * made of the attribute, defaults included. What is asked of the record itself (`{}`, `{#}`, `{path/}`) is filled here.
 */

import { isTemplate, parseTemplate } from './template.ts'

/** The template as the boss reads it; `undefined` where it asks for what the boss does not know. */
export function namesByBoss(text: string | undefined): string | undefined {
  if (text === undefined || !isTemplate(text)) return text
  let name = ''
  for (const piece of parseTemplate(text).pieces) {
    if ('literal' in piece) name += piece.literal
    else if ('hole' in piece && isAttribute(piece.hole)) name += `[${piece.hole.name}]`
    else return undefined
  }
  return name
}

const isAttribute = ({
  name = '1',
  path,
  part,
}: {
  readonly name: string | undefined
  readonly path: readonly string[]
  readonly part: string
}): boolean => !/^\d/.test(name) && path.length === 0 && part === ''
