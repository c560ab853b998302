/**
 * A line of a journal: a JSON object whose last member is the CRC-32 of what stands before it.
 *
 *     {"t":"start","key":"k17","id":17,"attempt":1,"crc":"9d2f1a07"}
 *     └────────────────── checked ───────────────┘
 *
 * A bit that was flipped on a disk, or a hand that was not careful, is noticed before anything is believed.
 */

import { crc32 } from 'node:zlib'

/** `,"crc":"9d2f1a07"}` */
const tailLength = 18

/** @returns the line, with its newline */
export function sealed(line: object): string {
  const json = JSON.stringify(line)
  const body = json.slice(0, -1)
  return `${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}\n`
}

const tailStart = new TextEncoder().encode(',"crc":"')
const [quote, brace] = [0x22, 0x7d]

/** What a line without its newline is: `bare` has no checksum at all, as in version 1. */
export function sealOf(line: Buffer): 'whole' | 'broken' | 'bare' {
  const at = line.length - tailLength
  if (at <= 0 || line[line.length - 2] !== quote || line[line.length - 1] !== brace) return 'bare'
  for (let i = 0; i < tailStart.length; i++) if (line[at + i] !== tailStart[i]) return 'bare'
  let written = 0
  for (let i = at + tailStart.length; i < line.length - 2; i++) {
    const digit = hexDigit(line[i] as number)
    if (digit === -1) return 'bare'
    written = 16 * written + digit
  }
  return written === crc32(line.subarray(0, at)) ? 'whole' : 'broken'
}

/** Digits as we write them, in small letters. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x61 + 10 : -1
}
