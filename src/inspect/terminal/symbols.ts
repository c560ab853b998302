/** The symbols of views in text, and what stands for them where there is only ASCII. */

export interface Symbols {
  readonly done: string
  readonly failed: string
  readonly notDone: string
  readonly retried: string
  readonly recorded: string
  readonly times: string
  readonly more: string
  readonly none: string
  /** Of a small bar: what is done, and what is not. */
  readonly full: string
  readonly empty: string
}

const beautiful: Symbols = {
  done: '✔',
  failed: '✖',
  notDone: '○',
  retried: '↻',
  recorded: '≡',
  times: '×',
  more: '…',
  none: '–',
  full: '━',
  empty: '┄',
}

const plain: Symbols = {
  done: 'ok',
  failed: 'x',
  notDone: '-',
  retried: 'r',
  recorded: '=',
  times: 'x',
  more: '...',
  none: '-',
  full: '=',
  empty: '.',
}

export const symbolsOf = (ascii: boolean): Symbols => (ascii ? plain : beautiful)
