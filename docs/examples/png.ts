/** Pictures as PNG, as little of it as thumbnails need: 8 bits, red, green and blue, not interlaced. */

import { crc32, deflateSync, inflateSync } from 'node:zlib'

export interface Picture {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel, row by row. */
  readonly rgb: Uint8Array
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export function encodePng({ width, height, rgb }: Picture): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const stride = 3 * width
  const rows = Buffer.alloc(height * (stride + 1)) // each row begins with its filter: 0, none
  for (let y = 0; y < height; y++) rows.set(rgb.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1)
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')])
}

/** @throws {TypeError} when it is no PNG, or one of another kind */
export function decodePng(file: Buffer): Picture {
  if (!file.subarray(0, 8).equals(signature)) throw new TypeError('this is no PNG file')
  let header: Buffer | undefined
  const parts: Buffer[] = []
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    const body = file.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') header = body
    if (type === 'IDAT') parts.push(body)
    at += length + 12
  }
  if (header === undefined || header[8] !== 8 || header[9] !== 2 || header[12] !== 0)
    throw new TypeError('only PNG of 8-bit RGB, not interlaced, is read here')
  const width = header.readUInt32BE(0)
  const height = header.readUInt32BE(4)
  return { width, height, rgb: unfilter(inflateSync(Buffer.concat(parts)), 3 * width, height) }
}

function chunk(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const whole = Buffer.alloc(body.length + 12)
  whole.writeUInt32BE(body.length, 0)
  whole.write(type, 4, 'latin1')
  whole.set(body, 8)
  whole.writeUInt32BE(crc32(whole.subarray(4, body.length + 8)), body.length + 8)
  return whole
}

/** Rows are differences to their neighbours: left, above, both, or the nearest of three. */
function unfilter(rows: Uint8Array, stride: number, height: number): Uint8Array {
  const rgb = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)]
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < 3 ? 0 : (rgb[at - 3] as number)
      const above = y === 0 ? 0 : (rgb[at - stride] as number)
      const corner = x < 3 || y === 0 ? 0 : (rgb[at - stride - 3] as number)
      const difference = rows[y * (stride + 1) + 1 + x] as number
      const guess = [0, left, above, (left + above) >> 1, nearest(left, above, corner)][filter ?? 0] as number
      rgb[at] = difference + guess
    }
  }
  return rgb
}

function nearest(left: number, above: number, corner: number): number {
  const guess = left + above - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)]
  return a <= b && a <= c ? left : b <= c ? above : corner
}
