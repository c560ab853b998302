/** A group of failures as a line: `14× RangeError: Input buffer has corrupt header    #45 #69 #97 …` */

import { cleanText } from '../clean-text.ts'
import type { FailureGroup } from '../failure-groups.ts'
import { cutMiddle, type Piece } from './line.ts'
import type { Symbols } from './symbols.ts'

/** @param width  columns that the count takes */
export function groupLine(
  { count, words, examples }: FailureGroup,
  symbols: Symbols,
  width = 0,
): readonly Piece[] {
  const names = examples.slice(0, 3).map(({ name }) => exampleName(name, symbols))
  const more = count > names.length ? ` ${symbols.more}` : ''
  return [
    `${String(count).padStart(width)}${symbols.times} `,
    cleanText(words),
    ['dim', `    ${names.join(' ')}${more}`],
  ]
}

/** `#45` where the name is `resize#45`: the line says enough. */
function exampleName(name: string, symbols: Symbols): string {
  const [, id] = /^[^\s#]+(#\d+)(?:$| )/.exec(name) ?? []
  return id === undefined
    ? cutMiddle(cleanText(name), 40, symbols.more !== '…')
    : cleanText(name.slice(name.indexOf('#')))
}
