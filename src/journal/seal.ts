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

/** What a line without its newline is: `bare` has no checksum at all, as in version 1. */
export function sealOf(line: Buffer): 'whole' | 'broken' | 'bare' {
  const at = line.length - tailLength
  const tail = at > 0 ? line.toString('latin1', at) : ''
  if (!/^,"crc":"[0-9a-f]{8}"\}$/.test(tail)) return 'bare'
  return Number.parseInt(tail.slice(8, 16), 16) === crc32(line.subarray(0, at)) ? 'whole' : 'broken'
}
