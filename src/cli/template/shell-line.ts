/**
 * A command line with holes, for a shell. What fills them is never read as code: it comes as `$1`, `$2` ..., and only where
 * they stand in the line depends on the quotes around them.
 *
 *     convert {} -resize 50% {.}.webp     ──►  convert "$1" -resize 50% "$2".webp      and the two values
 *     grep -c 'a b' "{}"                  ──►  grep -c 'a b' "$1"
 *     echo 'it is {}'                     ──►  echo 'it is '"$1"''
 *
 * For people it is shown as it could be typed: `convert 'a b.jpg' -resize 50% 'a b'.webp`.
 */

import { type Hole, parseTemplate, type TemplatePiece } from './template.ts'
import type { ValuesOfRecord } from './values-of-record.ts'

type Quotes = 'none' | 'single' | 'double'

/** Set for each command: the slot that it runs in, from 1. */
const slot = 'RXBOSS_SLOT'

export interface ShellLine {
  /** What the shell reads: the same for all records. */
  readonly command: string
  readonly pieces: readonly TemplatePiece[]
  /** What the shell is given, for this record. @throws {MissingValue} */
  readonly argumentsFor: (record: ValuesOfRecord) => readonly string[]
  /** As it could be typed. @throws {MissingValue} */
  readonly shownFor: (record: ValuesOfRecord) => string
}

/**
 * @param words  of the command line, holes in it
 * @param isFilled  where there are no holes, `{}` is its last word
 */
export function shellLine(words: readonly string[], isFilled = true): ShellLine {
  const line = words.join(' ')
  const parsed = parseTemplate(line)
  const pieces =
    !isFilled || parsed.pieces.some(piece => !('literal' in piece))
      ? parsed.pieces
      : parseTemplate(`${line} {}`).pieces
  const quotes = quotesAround(pieces)
  const given: ('record' | Hole)[] = []
  const command = pieces
    .map((piece, i) => {
      if ('literal' in piece) return piece.literal
      if ('counter' in piece && piece.counter === 'slot') return inQuotes(`$${slot}`, quotes[i])
      given.push('hole' in piece ? piece.hole : 'record')
      return inQuotes(given.length > 9 ? `\${${given.length}}` : `$${given.length}`, quotes[i])
    })
    .join('')
  return {
    command,
    pieces,
    argumentsFor: record => given.map(one => (one === 'record' ? String(record.number) : record.text(one))),
    shownFor: record =>
      pieces
        .map((piece, i) => {
          if ('literal' in piece) return piece.literal
          if ('counter' in piece) return piece.counter === 'slot' ? '{%}' : String(record.number)
          return typed(record.text(piece.hole), quotes[i])
        })
        .join(''),
  }
}

/** The record is the command line. */
export const recordAsLine: ShellLine = {
  command: 'eval "$1"',
  pieces: [],
  argumentsFor: record => [record.text(whole)],
  shownFor: record => record.text(whole),
}

const whole: Hole = { name: undefined, path: [], part: '', written: '{}' }

function inQuotes(parameter: string, quotes: Quotes = 'none'): string {
  // With braces, lest letters that follow become a part of its name.
  if (quotes === 'double') return `\${${parameter.replace(/[${}]/g, '')}}`
  return quotes === 'none' ? `"${parameter}"` : `'"${parameter}"'`
}

function typed(text: string, quotes: Quotes = 'none'): string {
  if (quotes === 'double') return text.replace(/[\\$"`]/g, '\\$&')
  if (quotes === 'single') return text.replaceAll("'", "'\\''")
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** Between which quotes each piece begins. */
function quotesAround(pieces: readonly TemplatePiece[]): readonly Quotes[] {
  const scanner = new QuoteScanner()
  return pieces.map(piece => {
    const { quotes } = scanner
    if ('literal' in piece) scanner.read(piece.literal)
    return quotes
  })
}

/** Reads what a shell would, as far as quotes go: `$(...)` within double quotes begins anew. */
class QuoteScanner {
  /** From the outside to the inside; `(` is a command of its own. */
  readonly #open: ('"' | "'" | '(')[] = []

  get quotes(): Quotes {
    const top = this.#open.at(-1)
    return top === '"' ? 'double' : top === "'" ? 'single' : 'none'
  }

  read(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const character = text[at]
      const { quotes } = this
      if (quotes === 'single') {
        if (character === "'") this.#open.pop()
      } else if (character === '\\') at++
      else if (character === '"') this.#toggle('"')
      else if (character === "'" && quotes === 'none') this.#open.push("'")
      else if (character === '(' && (quotes === 'none' || text[at - 1] === '$')) this.#open.push('(')
      else if (character === ')' && this.#open.at(-1) === '(') this.#open.pop()
    }
  }

  #toggle(quote: '"'): void {
    if (this.#open.at(-1) === quote) this.#open.pop()
    else this.#open.push(quote)
  }
}
