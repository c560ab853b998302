/** Below the rows, on their axis: how many came to an end, how many waited, processor time and memory. */

import { type Slice, slicesSince } from '../../inspect/history.ts'
import type { Run } from '../../inspect/run.ts'
import { labels, type Sheet, strip, stripAt } from './sheet.ts'
import { count, megabytes } from './words.ts'

interface Strip {
  readonly name: string
  readonly value: (slice: Slice) => number | undefined
  readonly words: (value: number) => string
}

const strips: readonly Strip[] = [
  {
    name: 'done/s',
    value: ({ done, failed, cancelled, width }) => (done + failed + cancelled) / width,
    words: value => (value >= 10 || Number.isInteger(value) ? short(Math.round(value)) : value.toFixed(1)),
  },
  { name: 'queue', value: ({ pending }) => pending, words: short },
  { name: 'CPU', value: ({ cpu }) => cpu, words: value => `${value.toFixed(1)} cores` },
  { name: 'memory', value: ({ rss }) => (rss === 0 ? undefined : rss), words: megabytes },
]

/** Slices of the stretch that is shown, the second that runs now among them. */
function slicesOf({ picture: { run, from, to } }: Pick<Sheet, 'picture'>): readonly Slice[] {
  const { pending, running } = run.counts
  const last = { ...run.thisSecond, pending, running, width: 1 }
  return [...slicesSince(run, from / 1000 - 1), last].filter(({ at }) => at * 1000 <= to)
}

export function drawStrips(sheet: Sheet): void {
  const slices = slicesOf(sheet)
  drawBars(sheet, slices)
  for (let index = 1; index < strips.length; index++) drawLine(sheet, index, slices)
}

function drawBars(sheet: Sheet, slices: readonly Slice[]): void {
  const { context, colours, x, picture } = sheet
  const top = stripAt(sheet, 0)
  const { done, failed, cancelled } = colours
  // The second that runs now is not over: it would look like a collapse.
  const over = slices.filter(({ at, width }) => (at + width) * 1000 <= Math.max(picture.run.t, picture.now))
  const most = mostOf(0, over)
  caption(sheet, 0, most)
  for (const slice of over) {
    const left = Math.max(labels, x(slice.at * 1000))
    const wide = Math.max(1, x((slice.at + slice.width) * 1000) - left - 0.5)
    if (wide <= 0) continue
    let y = top + strip
    const parts = [
      [slice.failed, failed],
      [slice.cancelled, cancelled],
      [slice.done, done],
    ] as const
    for (const [n, colour] of parts) {
      if (n === 0) continue
      const height = Math.max(1, (n / slice.width / most) * strip)
      context.fillStyle = colour
      context.fillRect(left, y - height, wide, height)
      y -= height
    }
  }
}

function drawLine(sheet: Sheet, index: number, slices: readonly Slice[]): void {
  const { picture, context, colours, width, x } = sheet
  const { value } = strips[index] as Strip
  const top = stripAt(sheet, index)
  const known = slices.filter(slice => value(slice) !== undefined)
  const most = mostOf(index, known)
  caption(sheet, index, most)
  const [first] = known
  if (first === undefined) return
  const end = ({ at, width: seconds }: Slice) =>
    Math.max(labels, Math.min(width, x(Math.min((at + seconds) * 1000, Math.max(picture.now, at * 1000)))))
  let last = Math.max(labels, x(first.at * 1000))
  context.beginPath()
  context.moveTo(last, top + strip)
  for (const slice of known) {
    const y = top + strip - ((value(slice) as number) / most) * (strip - 1)
    context.lineTo(last, y)
    last = end(slice)
    context.lineTo(last, y)
  }
  context.lineTo(last, top + strip)
  context.globalAlpha = 0.35
  context.fillStyle = colours.dim
  context.fill()
  context.globalAlpha = 1
  context.strokeStyle = colours.dim
  context.lineWidth = 1
  context.stroke()
}

/** What a strip says of a moment. */
export function stripWords(sheet: Pick<Sheet, 'picture'>, index: number, t: number): string | undefined {
  const slice = slicesOf(sheet).findLast(({ at }) => at * 1000 <= t)
  const { name, value, words } = strips[index] as Strip
  const found = slice && value(slice)
  if (slice === undefined || found === undefined) return undefined
  const { clock } = sheet.picture
  const failed = index === 0 && slice.failed > 0 ? `, ${count(slice.failed)} of them failed` : ''
  const width = slice.width === 1 ? '' : ` (over ${slice.width} s)`
  return `${name}: ${words(found)}${failed}\n${clock.time(slice.at * 1000)}${width}`
}

/** The last value of a strip that is known, for the figures. */
export function lastValue(run: Run, field: 'cpu' | 'rss' | 'lagMs'): number | undefined {
  if (run.thisSecond[field] !== undefined) return run.thisSecond[field]
  const { items, from, to } = run.seconds
  for (let i = to - 1; i >= Math.max(from, to - 5); i--) {
    const value = items[i]?.[field]
    if (value !== undefined) return value
  }
  return undefined
}

/** The most memory there was, in bytes. */
export function peakMemory(run: Run): number | undefined {
  let most: number | undefined
  for (const { rss } of [...slicesSince(run, 0), run.thisSecond])
    if (rss !== undefined && rss > (most ?? 0)) most = rss
  return most
}

const mostOf = (index: number, slices: readonly Slice[]): number => {
  let most = index === 3 ? 1e6 : 1
  for (const slice of slices) most = Math.max(most, strips[index]?.value(slice) ?? 0)
  return most
}

function caption(sheet: Sheet, index: number, most: number): void {
  const { context, colours, width } = sheet
  const { name, words } = strips[index] as Strip
  const top = stripAt(sheet, index)
  context.fillStyle = colours.dim
  context.textAlign = 'right'
  context.fillText(name, labels - 6, top + strip - 7, labels - 8)
  context.fillText(words(most), labels - 6, top + 6, labels - 8)
  context.fillStyle = colours.grid
  context.fillRect(labels, top + strip, width - labels, 1)
}

function short(n: number): string {
  return n >= 1e6 ? `${(n / 1e6).toFixed(1)}M` : n >= 10_000 ? `${Math.round(n / 1000)}k` : String(n)
}
