/** Colours of the page for the canvas, as the style has them: they change with the theme. */

export interface Colours {
  readonly text: string
  readonly dim: string
  readonly grid: string
  readonly row: string
  readonly panel: string
  readonly failed: string
  readonly retried: string
  readonly cancelled: string
  readonly selected: string
  readonly done: string
  readonly workers: readonly string[]
}

export const hues = 8

/** @param beside  an element whose theme counts */
export function coloursOf(beside: Element): Colours {
  // A variable is a text; what colour it is in this theme, only a property of that type says.
  const probe = document.createElement('i')
  beside.after(probe)
  const of = (name: string) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const colours = {
    text: of('text'),
    dim: of('dim'),
    grid: of('grid'),
    row: of('row'),
    panel: of('panel'),
    failed: of('failed'),
    retried: of('retried'),
    cancelled: of('cancelled'),
    selected: of('selected'),
    done: of('done'),
    workers: Array.from({ length: hues }, (_, i) => of(`worker${i}`)),
  }
  probe.remove()
  return colours
}
