/** Where things are on the canvas: time to the right, flags on top, a row for each worker, strips below them. */

import type { Colours } from './colours.ts'
import type { Fills } from './fills.ts'
import type { Picture } from './picture.ts'

/** Pixels. */
export const labels = 58
/** The lane of what happened to the whole run. */
export const flags = 16
const axis = 18
export const strip = 34
const gap = 8
const tallestRow = 22
const lowestRow = 4
const mostHeight = 520

/** All that is needed to draw a picture. */
export interface Sheet {
  readonly picture: Picture
  readonly context: CanvasRenderingContext2D
  readonly colours: Colours
  readonly fills: Fills
  readonly width: number
  readonly rows: number
  readonly rowHeight: number
  /** The pixel of a moment. */
  readonly x: (t: number) => number
}

export function rowsOf(count: number): { readonly rows: number; readonly rowHeight: number } {
  const rows = Math.max(1, count)
  return { rows, rowHeight: Math.max(lowestRow, Math.min(tallestRow, Math.floor(mostHeight / rows))) }
}

type Rows = Pick<Sheet, 'rows' | 'rowHeight'>

/** Where a row begins. */
export const rowAt = ({ rowHeight }: Pick<Rows, 'rowHeight'>, row: number): number => flags + row * rowHeight

/** Where the moments are written. */
export const axisAt = ({ rows, rowHeight }: Rows): number => flags + rows * rowHeight + axis / 2 + 1

/** @param index  0 is the first strip; the one behind the last is where the canvas ends */
export const stripAt = ({ rows, rowHeight }: Rows, index: number): number =>
  flags + rows * rowHeight + axis + index * (strip + gap)

export const stripCount = 4

/** Which strip is at a height, if any. */
export function stripUnder(rows: Rows, y: number): number | undefined {
  const index = Math.floor((y - stripAt(rows, 0)) / (strip + gap))
  return index >= 0 && index < stripCount ? index : undefined
}
