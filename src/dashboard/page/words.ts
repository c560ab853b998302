/** Figures in words. */

import { shortTime } from '../../inspect/clock-time.ts'

export const percent = (part: number | undefined): string =>
  part === undefined ? '–' : `${Math.round(100 * part)} %`

export const count = (n: number): string => n.toLocaleString('en').replaceAll(',', '\u202f')

/** A pace that people can read: of tasks that take minutes, by the minute. */
export function pace(perSecond: number): string {
  if (perSecond >= 10) return `${count(Math.round(perSecond))}/s`
  if (perSecond >= 1 || perSecond === 0) return `${perSecond.toFixed(1)}/s`
  const perMinute = perSecond * 60
  return perMinute >= 1 ? `${perMinute.toFixed(1)}/min` : `${(perMinute * 60).toFixed(1)}/h`
}

/** @param bytes  of memory */
export const megabytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`

/** A text that is too long, without its middle: where paths differ is mostly at their end. */
export function middleCut(text: string, most: number): string {
  if (text.length <= most) return text
  const head = Math.floor((most - 1) / 3)
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`
}

export const hoursOf = (ms: number): string =>
  ms >= 3_600_000
    ? `${(ms / 3_600_000).toFixed(1)} h`
    : ms >= 60_000
      ? `${(ms / 60_000).toFixed(1)} min`
      : shortTime(ms)

export const plural = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`
