/** Paints a picture of the Mandelbrot set: something to make thumbnails of. */

import { writeFile } from 'node:fs/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

import { encodePng } from './png.ts'

export default defineWorker(import.meta, {
  name: 'paint',
  info: 'Paints a picture of the Mandelbrot set.',
  attr: { path: t.string, zoom: t.number, width: { type: t.number, default: 320 } },
  work: async ({ path, zoom, width }) => {
    const height = Math.round((width * 3) / 4)
    const rgb = new Uint8Array(3 * width * height)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const steps = stepsToEscape(
          -0.745 + (x / width - 0.5) / zoom,
          0.113 + ((y / height - 0.5) * 0.75) / zoom,
        )
        rgb.set([9 * steps, 5 * steps, 3 * steps], 3 * (y * width + x))
      }
    }
    await writeFile(path, encodePng({ width, height, rgb }))
    return { path }
  },
})

/** After how many steps the point is far away; 0 for those that stay. */
function stepsToEscape(a: number, b: number): number {
  let [x, y] = [0, 0]
  for (let step = 1; step < 200; step++) {
    ;[x, y] = [x * x - y * y + a, 2 * x * y + b]
    if (x * x + y * y > 4) return step
  }
  return 0
}
