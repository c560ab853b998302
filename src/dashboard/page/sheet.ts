/** Where things are on the canvas: time to the right, a row for each worker, strips below them. */

import type { Colours } from './colours.ts'
import type { Hatches } from './hatches.ts'
import type { Picture } from './picture.ts'

/** Pixels. */
export const labels = 52
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
  readonly hatches: Hatches
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

/** Where the moments are written. */
export const axisAt = ({ rows, rowHeight }: Rows): number => rows * rowHeight + axis / 2 + 1

/** @param index  0 is the first strip; the one behind the last is where the canvas ends */
export const stripAt = ({ rows, rowHeight }: Rows, index: number): number =>
  rows * rowHeight + axis + index * (strip + gap)

export const stripCount = 2
