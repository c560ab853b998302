/** The symbols of views in text, and what stands for them where there is only ASCII. */

export interface Symbols {
  readonly done: string
  readonly failed: string
  readonly notDone: string
  readonly retried: string
  readonly times: string
  readonly more: string
  readonly none: string
  readonly arrow: string
}

const beautiful: Symbols = {
  done: '✔',
  failed: '✖',
  notDone: '○',
  retried: '↻',
  times: '×',
  more: '…',
  none: '–',
  arrow: '→',
}

const plain: Symbols = {
  done: 'ok',
  failed: 'x',
  notDone: '-',
  retried: 'r',
  times: 'x',
  more: '...',
  none: '-',
  arrow: '->',
}

export const symbolsOf = (ascii: boolean): Symbols => (ascii ? plain : beautiful)
