/** One tile of the Mandelbrot set, as pixels that are moved to the page. */

import * as t from 'io-ts'
import { defineWorker, transfer } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'mandelbrot',
  info: 'Paints a square tile of the Mandelbrot set.',
  attr: {
    /** The corner of the tile in the plane, and the width of one of its pixels there. */
    re: t.number,
    im: t.number,
    step: t.number,
    /** Pixels a side. */
    size: t.number,
    /** A point that has not escaped after so many rounds is taken to stay. */
    rounds: t.number,
  },
  work: ({ re, im, step, size, rounds }) => {
    const pixels = new Uint8ClampedArray(4 * size * size)
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++)
        paint(pixels, 4 * (y * size + x), roundsToEscape(re + x * step, im + y * step, rounds))
    }
    return transfer(pixels, [pixels.buffer])
  },
})

/** After how many rounds a point escapes, smoothed; 0: never. */
function roundsToEscape(re: number, im: number, rounds: number): number {
  let [x, y, xx, yy] = [0, 0, 0, 0]
  for (let round = 1; round <= rounds; round++) {
    y = 2 * x * y + im
    x = xx - yy + re
    xx = x * x
    yy = y * y
    if (xx + yy > 256) return round + 4 - Math.log2(Math.log2(xx + yy))
  }
  return 0
}

function paint(pixels: Uint8ClampedArray, at: number, escaped: number): void {
  const glow = Math.sqrt(escaped)
  pixels[at] = escaped === 0 ? 10 : 127 + 120 * Math.cos(0.55 * glow + 3.4)
  pixels[at + 1] = escaped === 0 ? 12 : 120 + 110 * Math.cos(0.55 * glow + 4.2)
  pixels[at + 2] = escaped === 0 ? 20 : 140 + 110 * Math.cos(0.55 * glow + 5.2)
  pixels[at + 3] = 255
}
