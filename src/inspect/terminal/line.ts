/** A line for a terminal: pieces with a style, cut to a number of columns. What pieces say must be clean already. */

import { styleText } from 'node:util'

import fastStringWidth from 'fast-string-width'

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'
export type Piece = string | readonly [style: Style, text: string]

export interface LineTerms {
  readonly columns: number
  readonly colour: boolean
  readonly ascii: boolean
}

const printable = /^[\u0020-\u007e]*$/

/** Marks that stand beside their letter, as vowels of Hindi do: the library takes them for marks above or below it. */
const besides = /\p{Mc}/gu

/** How many columns a text takes. */
export const widthOf = (text: string): number =>
  printable.test(text) ? text.length : fastStringWidth(text) + (text.match(besides)?.length ?? 0)

/** The first columns of a text; where it is longer, the last of them says so. */
export function cut(text: string, columns: number, ascii: boolean): string {
  if (widthOf(text) <= columns) return text
  const mark = ascii ? '~' : '…'
  if (columns < 1) return ''
  if (printable.test(text)) return text.slice(0, columns - 1) + mark
  let kept = ''
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const more = widthOf(segment)
    if (width + more > columns - 1) break
    kept += segment
    width += more
  }
  return kept + mark
}

/** Without its middle where it is longer: where paths differ is mostly at their end. */
export function cutMiddle(text: string, columns: number, ascii: boolean): string {
  if (widthOf(text) <= columns) return text
  const mark = ascii ? '~' : '…'
  if (columns < 8) return cut(text, columns, ascii)
  const head = Math.floor((columns - 1) / 3)
  if (printable.test(text)) return text.slice(0, head) + mark + text.slice(text.length - (columns - 1 - head))
  const segments = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
  return taken(segments, head) + mark + taken(segments.reverse(), columns - 1 - head, true)
}

/** The first of them that fit. @param backwards  they come from the end */
function taken(segments: readonly string[], columns: number, backwards = false): string {
  let kept = ''
  let width = 0
  for (const segment of segments) {
    width += widthOf(segment)
    if (width > columns) break
    kept = backwards ? segment + kept : kept + segment
  }
  return kept
}

/** Never wider than `columns`. */
export function lineOf(pieces: readonly Piece[], { columns, colour, ascii }: LineTerms): string {
  let left = columns
  let line = ''
  for (const [i, piece] of pieces.entries()) {
    if (left <= 0) break
    const [style, text] = typeof piece === 'string' ? [undefined, piece] : piece
    const rest = i < pieces.length - 1 && pieces.slice(i + 1).some(one => one !== '')
    // A piece that fills the line to its end, and is not the last, is cut where it stands.
    const shown = cut(text, rest && widthOf(text) === left ? left - 1 : left, ascii)
    left -= widthOf(shown)
    line += style !== undefined && colour ? styleText(style, shown, { validateStream: false }) : shown
    if (shown !== text) break
  }
  return line.trimEnd()
}
