/** What may be shown on stderr: colours, symbols, a line that is redrawn. */

import { styleText } from 'node:util'

import type { RunOptions } from './run-options.ts'

export interface Terminal {
  readonly live: boolean
  readonly ascii: boolean
  colour(colour: 'green' | 'red' | 'yellow' | 'dim', text: string): string
}

export function terminalOf(
  options: Pick<RunOptions, 'color' | 'ascii'>,
  environment = process.env,
): Terminal {
  const { TERM, CI, LC_ALL, LC_CTYPE, LANG } = environment
  const isTerminal = process.stderr.isTTY === true && TERM !== 'dumb'
  const coloured = isColoured(options.color, environment, isTerminal)
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  return {
    live: isTerminal && !CI,
    ascii: options.ascii ?? !/utf-?8/i.test(locale),
    colour: (colour, text) => (coloured ? styleText(colour, text, { validateStream: false }) : text),
  }
}

/** The option, a `NO_COLOR` that says something, `FORCE_COLOR`, the terminal, in this order. */
function isColoured(
  option: RunOptions['color'],
  environment: NodeJS.ProcessEnv,
  isTerminal: boolean,
): boolean {
  if (option !== 'auto') return option === 'always'
  if (environment.NO_COLOR) return false
  const forced = environment.FORCE_COLOR
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return isTerminal && !environment.CI
}
