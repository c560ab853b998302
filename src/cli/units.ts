/** Text with a unit: durations, sizes, per cents, rates. A bare number is refused: nobody remembers of what. */

import { UsageError } from './exit-codes.ts'

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const bytes = { B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const
const number = String.raw`(\d+(?:\.\d+)?|\.\d+)`

/** Milliseconds in `30s`, `200ms`, `1h30m`. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(new RegExp(`${number}(ms|[smhd])`, 'g'))]
  const whole = parts.map(([all]) => all).join('')
  if (parts.length === 0 || whole !== text) {
    throw new UsageError(`'${text}' is not a duration: give a unit, as in 200ms, 30s, 5m, 1h30m`)
  }
  return parts.reduce(
    (sum, [, n, unit]) => sum + Number(n) * milliseconds[unit as keyof typeof milliseconds],
    0,
  )
}

/** Milliseconds in `200ms..30s`. */
export function parseDurations(text: string): readonly [number, number] {
  const [least, most, ...more] = text.split('..')
  if (least === undefined || most === undefined || more.length > 0) {
    throw new UsageError(
      `'${text}' is not a range of durations: give the least and the most, as in 200ms..30s`,
    )
  }
  const range = [parseDuration(least), parseDuration(most)] as const
  if (range[0] > range[1]) throw new UsageError(`'${text}' begins with more than it ends with`)
  return range
}

/** Bytes in `16M`, `2G`, `1.5KiB`. Powers of 1024. */
export function parseSize(text: string): number {
  const found = new RegExp(`^${number}(?:([KMGT])(?:i?B)?|B)$`, 'i').exec(text)
  if (found === null) throw new UsageError(`'${text}' is not a size: give a unit, as in 512K, 16M, 2G`)
  const unit = (found[2]?.toUpperCase() ?? 'B') as keyof typeof bytes
  return Math.round(Number(found[1]) * bytes[unit])
}

/** 0.8 in `80%`; `undefined` where there is no per cent sign. */
export function parsePercent(text: string): number | undefined {
  if (!text.endsWith('%')) return undefined
  const percent = Number(text.slice(0, -1))
  if (text.length === 1 || !(percent > 0)) throw new UsageError(`'${text}' is not a percentage above 0`)
  return percent / 100
}

/** How many in how many milliseconds: `100/s`, `30/m`, `5/100ms`. */
export function parseRate(text: string): { readonly count: number; readonly perMs: number } {
  const [count, per, ...more] = text.split('/')
  const n = Number(count)
  if (per === undefined || more.length > 0 || !Number.isInteger(n) || n < 1) {
    throw new UsageError(`'${text}' is not a rate: give a whole number and a time, as in 100/s or 5/100ms`)
  }
  return { count: n, perMs: parseDuration(/^\d/.test(per) ? per : `1${per}`) }
}
