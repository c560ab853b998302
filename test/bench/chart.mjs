/** The chart: a strip for each workload, microseconds on a log scale, limits marked. */

import { rows } from './table.mjs'

const strips = ['a1', 'a2', 'b', 'd', 'e', 'f']
const names = {
  a1: 'no-op, all at once',
  a2: 'no-op, 64 in flight',
  b: '50 µs of work',
  d: '1 MB there and back',
  e: '2 KB object',
  f: 'one call at a time',
}
const width = 860
const left = 165
const right = 30
const top = 64
const height = 84
const colours = { limit: '#444', rxboss: '#c2185b', peer: '#7a8aa0' }

/** @param where  what it was measured with */
export function chart(figures, where) {
  const shown = strips.filter(id => figures.adapters(id).length > 0)
  const all = shown.flatMap(id => rows(figures, id).map(({ median }) => median)).filter(value => value > 0)
  const low = Math.floor(Math.log10(Math.min(...all, 1)))
  const high = Math.ceil(Math.log10(Math.max(...all, 10)))
  const x = value => left + ((Math.log10(value) - low) / (high - low)) * (width - left - right)
  const bottom = top + shown.length * height
  const body = [
    ...decades(low, high).map(value => axis(x(value), value, bottom)),
    ...shown.map((id, i) =>
      strip(rows(figures, id), { x, y: top + i * height, title: `${id}  ${names[id]}` }),
    ),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 34}" font-family="system-ui, sans-serif" font-size="11">`,
    '<title>Microseconds for one instruction: rxboss, its limits and other libraries</title>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(
      left,
      20,
      `Microseconds for one instruction, two threads, ${where}; less is better (log scale)`,
      'font-weight="600" font-size="13"',
    ),
    ...legend(),
    ...body,
    '</svg>',
    '',
  ].join('\n')
}

const decades = (low, high) => Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))

const axis = (at, value, bottom) =>
  `<line x1="${fix(at)}" x2="${fix(at)}" y1="${top - 8}" y2="${bottom}" stroke="#e3e6ea"/>${text(at, bottom + 18, value, 'text-anchor="middle" fill="#555"')}`

function legend() {
  const words = [
    ['limit', 'limits: raw postMessage, ideal division'],
    ['rxboss', 'rxboss'],
    ['peer', 'other libraries'],
  ]
  let at = left
  return words.map(([kind, words]) => {
    const mark = kind === 'limit' ? bar(at + 4, 34, 10) : dot(at + 4, 39, kind)
    const drawn = `${mark}${text(at + 14, 43, words)}`
    at += 40 + words.length * 6
    return drawn
  })
}

function strip(all, { x, y, title }) {
  const marks = all
    .filter(({ median }) => median > 0)
    .map(row => ({ ...row, at: x(row.median) }))
    .sort((a, b) => a.at - b.at)
  const middle = y + 44
  const drawn = marks.map(({ at, kind, name, median }) => {
    const mark = kind === 'limit' ? bar(at, middle - 12, 24) : dot(at, middle, kind)
    return `<g><title>${name}: ${median} µs</title>${mark}</g>`
  })
  return [
    `<line x1="${left}" x2="${width - right}" y1="${middle}" y2="${middle}" stroke="#cfd6de"/>`,
    text(10, middle + 4, title, 'font-weight="600"'),
    ...drawn,
    ...labels(marks, middle),
  ].join('\n')
}

/** Limits and rxboss above the line, the fastest and the slowest peer below; none over another. */
function labels(marks, middle) {
  const peers = marks.filter(({ kind }) => kind === 'peer')
  const below = [peers[0], peers.at(-1)].filter((one, i, list) => one && list.indexOf(one) === i)
  const above = marks.filter(
    ({ kind, name }) =>
      (kind === 'rxboss' && name !== 'rxboss-boss-keep') || name === 'raw-b' || name === 'raw-a',
  )
  return [
    ...spread(above).map(({ at, name, kind, shelf }) =>
      text(
        at,
        middle - 14 - 10 * shelf,
        short(name),
        `text-anchor="middle" fill="${colours[kind]}" font-size="9"`,
      ),
    ),
    ...spread(below).map(({ at, name, kind, shelf }) =>
      text(
        at,
        middle + 19 + 10 * shelf,
        short(name),
        `text-anchor="middle" fill="${colours[kind]}" font-size="9"`,
      ),
    ),
  ]
}

/** Labels that would touch go on another shelf. */
function spread(marks) {
  const ends = []
  return marks.map(mark => {
    const half = short(mark.name).length * 2.6
    let shelf = ends.findIndex(end => mark.at - half > end + 4)
    if (shelf === -1) shelf = ends.length
    ends[shelf] = mark.at + half
    return { ...mark, shelf: Math.min(shelf, 2) }
  })
}

const words = {
  'raw-a': 'A',
  'raw-b': 'B',
  'rxboss-boss': 'Boss',
  'rxboss-delegate': 'delegate',
  'rxboss-hire': 'hired worker',
}
const short = name => words[name] ?? name

const fix = value => value.toFixed(1)
const text = (x, y, words, more = '') => `<text x="${fix(x)}" y="${fix(y)}" ${more}>${words}</text>`
const bar = (x, y, length) =>
  `<line x1="${fix(x)}" x2="${fix(x)}" y1="${fix(y)}" y2="${fix(y + length)}" stroke="${colours.limit}" stroke-width="2.5"/>`
const dot = (x, y, kind) =>
  `<circle cx="${fix(x)}" cy="${fix(y)}" r="${kind === 'rxboss' ? 5.5 : 4}" fill="${colours[kind]}" fill-opacity="0.85"/>`
