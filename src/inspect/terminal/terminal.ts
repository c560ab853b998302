/** What may be shown on a stream: colours, symbols, lines that are redrawn. */

export interface StreamLike {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

export interface Terminal {
  readonly live: boolean
  /** Whether escape sequences may be used at all, the cursor's included. */
  readonly escapes: boolean
  readonly ascii: boolean
  readonly colour: boolean
}

export interface TerminalTerms {
  readonly color?: 'auto' | 'always' | 'never'
  readonly ascii?: boolean | undefined
}

export function terminalOf(
  stream: StreamLike,
  { color = 'auto', ascii }: TerminalTerms = {},
  environment: NodeJS.ProcessEnv = process.env,
): Terminal {
  const { TERM, CI, NO_COLOR, LC_ALL, LC_CTYPE, LANG } = environment
  const isTerminal = stream.isTTY === true && TERM !== 'dumb'
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  return {
    live: isTerminal && !CI,
    escapes: TERM !== 'dumb' && (color === 'always' || !NO_COLOR),
    ascii: ascii ?? !/utf-?8/i.test(locale),
    colour: isColoured(color, environment, isTerminal),
  }
}

/** The option, a `NO_COLOR` that says something, `FORCE_COLOR`, the terminal, in this order. */
function isColoured(
  option: 'auto' | 'always' | 'never',
  environment: NodeJS.ProcessEnv,
  isTerminal: boolean,
): boolean {
  if (option !== 'auto') return option === 'always'
  if (environment.NO_COLOR) return false
  const forced = environment.FORCE_COLOR
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return isTerminal && !environment.CI
}
