/** Makes a thumbnail of a picture: every pixel is the mean of those it stands for. */

import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

import { decodePng, encodePng, type Picture } from './png.ts'

export default defineWorker(import.meta, {
  name: 'thumbnail',
  info: 'Makes a thumbnail of a PNG picture.',
  attr: {
    path: t.string,
    folder: { type: t.string, info: 'Where the thumbnail goes, under the same name.' },
    width: { type: t.number, info: 'Pixels at most.', default: 64 },
  },
  work: async ({ path, folder, width }, { signal }) => {
    const picture = decodePng(await readFile(path, { signal }))
    const small = shrink(picture, Math.min(width, picture.width))
    const to = join(folder, basename(path))
    await writeFile(to, encodePng(small), { signal })
    return { path: to, width: small.width, height: small.height }
  },
})

function shrink({ width, height, rgb }: Picture, newWidth: number): Picture {
  const scale = width / newWidth
  const newHeight = Math.max(1, Math.round(height / scale))
  const small = new Uint8Array(3 * newWidth * newHeight)
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [fromX, toX] = [Math.floor(x * scale), Math.min(width, Math.ceil((x + 1) * scale))]
      const [fromY, toY] = [Math.floor(y * scale), Math.min(height, Math.ceil((y + 1) * scale))]
      const count = (toX - fromX) * (toY - fromY)
      for (let colour = 0; colour < 3; colour++) {
        let sum = 0
        for (let v = fromY; v < toY; v++)
          for (let u = fromX; u < toX; u++) sum += rgb[3 * (v * width + u) + colour] as number
        small[3 * (y * newWidth + x) + colour] = Math.round(sum / count)
      }
    }
  }
  return { width: newWidth, height: newHeight, rgb: small }
}
