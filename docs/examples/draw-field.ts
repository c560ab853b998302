/** Draws a field as a PNG, from blue where it is cold to red where it is warm; rows of numbers, or an array with its shape. */

import { writeFile } from 'node:fs/promises'

import * as t from 'io-ts'
import { defineWorker } from 'rxboss/worker'

import { encodePng } from './png.ts'

const Rows = t.array(t.array(t.number))
const Field = t.type({ shape: t.tuple([t.number, t.number]), data: t.unknown })

export default defineWorker(import.meta, {
  name: 'drawField',
  attr: { drawn: t.union([Rows, Field]), to: t.string },
  work: async ({ drawn, to }) => {
    const rows = Array.isArray(drawn) ? drawn : undefined
    const [height, width] = Array.isArray(drawn) ? [drawn.length, drawn[0]?.length ?? 0] : drawn.shape
    const values = rows?.flat() ?? [...((drawn as { data: unknown }).data as Float64Array)]
    const [least, most] = [Math.min(...values), Math.max(...values)]
    const rgb = new Uint8Array(3 * width * height)
    for (const [i, value] of values.entries()) {
      const warmth = (value - least) / (most - least || 1)
      rgb.set([255 * warmth, 80, 255 * (1 - warmth)], 3 * i)
    }
    await writeFile(to, encodePng({ width, height, rgb }))
    return { least, most }
  },
})
