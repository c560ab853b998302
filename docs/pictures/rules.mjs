/**
 * Draws `rules.svg`: the same sixty instructions under each rule, as bars on four lanes. Real runs of `schedule`, in virtual
 * time, so that it is the same picture everywhere. Needs a build.
 *
 *     node docs/pictures/rules.mjs           writes it
 *     node docs/pictures/rules.mjs --check   says whether it is up to date
 */

import { readFileSync, writeFileSync } from 'node:fs'

import { from, timer, VirtualTimeScheduler } from 'rxjs'

import {
  atMost,
  byDeadline,
  byPriority,
  exclusive,
  fairShare,
  longestFirst,
  maxMemory,
  maxThreads,
  rateLimit,
  resources,
  schedule,
  scheduler,
  sticky,
} from '../../dist/src/index.js'

const lanes = 4
const keys = ['a', 'b', 'c', 'd', 'e']
const colours = ['#2f6fb0', '#e08a1e', '#3a9a5b', '#b0413e', '#7a5ba6']

/** Sixty of five keys, of unequal length and need. Always the same. */
const instructions = (() => {
  let state = 11
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: 60 }, () => {
    const ms = 4 + Math.floor(28 * draw() ** 2)
    return {
      of: keys[Math.floor(5 * draw() ** 1.6)],
      ms,
      expectedTime: ms,
      priority: Math.floor(3 * draw()),
      memory: 100 + Math.floor(700 * draw() ** 2),
      deadline: 40 + Math.floor(400 * draw()),
      needs: draw() < 0.4 ? { gpu: 1 } : {},
    }
  })
})()

const ofKey = ({ of }) => of
/** What is drawn: the rules, and what the height of a bar says. */
const pictures = [
  ['maxThreads(4)', () => []],
  ['longestFirst()', () => [longestFirst()]],
  ['byPriority(): the higher, the taller', () => [byPriority()], ({ priority }) => (priority + 1) / 3],
  ['byDeadline(): the sooner, the taller', () => [byDeadline()], ({ deadline }) => 1.1 - deadline / 480],
  ['exclusive(key): a colour once at a time', () => [exclusive(one => [one.of])]],
  ['atMost(2, key): a colour twice at a time', () => [atMost(2, ofKey)]],
  ['fairShare(key): colours take turns', () => [fairShare(ofKey)]],
  ['sticky(key): a colour stays in its lane', () => [sticky(ofKey)]],
  [
    'maxMemory({ max: 1000 }): the more, the taller',
    () => [maxMemory({ max: 1000 })],
    ({ memory }) => memory / 800,
  ],
  [
    "resources({ gpu: ['0', '1'] }): tall ones need one",
    () => [resources({ gpu: ['0', '1'] })],
    ({ needs }) => (needs.gpu ? 1 : 0.4),
  ],
  ['rateLimit(5, 20): five starts in any 20 ms', () => [rateLimit(5, 20)]],
]

/** When each began, in which lane. */
function run(rulesOf) {
  const time = new VirtualTimeScheduler()
  const bars = []
  const perform = ({ instruction }, lane) => {
    bars.push({ lane, at: time.now(), instruction })
    return timer(instruction.ms, time)
  }
  from(instructions)
    .pipe(schedule(perform, scheduler(...rulesOf(), maxThreads(lanes)), time))
    .subscribe()
  time.flush()
  if (bars.length !== instructions.length) throw new Error(`only ${bars.length} have begun`)
  return bars
}

const [left, top, across, row, gap, scale] = [12, 40, 2, 13, 40, 2.6]
const runs = pictures.map(([name, rules, height]) => ({ name, height, bars: run(rules) }))
const longest = Math.max(
  ...runs.flatMap(({ bars }) => bars.map(({ at, instruction }) => at + instruction.ms)),
)
const width = Math.ceil(longest * scale) + 2 * left + 40
const each = lanes * row + gap
const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const drawn = runs.flatMap(({ name, height = () => 0.8, bars }, i) => {
  const y = top + i * each
  const end = Math.max(...bars.map(({ at, instruction }) => at + instruction.ms))
  return [
    `<text x="${left}" y="${y - 6}">${escaped(name)}</text>`,
    ...bars.map(({ lane, at, instruction }) => {
      const tall = Math.max(2, Math.round((row - across) * Math.min(1, height(instruction))))
      const x = (left + at * scale).toFixed(1)
      const long = Math.max(1, instruction.ms * scale - 1).toFixed(1)
      return `<rect x="${x}" y="${y + lane * row + row - tall}" width="${long}" height="${tall}" fill="${colours[keys.indexOf(instruction.of)]}"/>`
    }),
    `<text x="${(left + end * scale + 4).toFixed(1)}" y="${y + 2 * row + 4}" fill="#666">${Math.round(end)} ms</text>`,
  ]
})
const height = top + runs.length * each - 20
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#222" role="img" aria-label="The same sixty instructions of five keys under each rule, on four lanes">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${left}" y="16" fill="#666">Sixty instructions of five keys (colours), four lanes, from left to right</text>
${drawn.join('\n')}
</svg>
`
const target = new URL('./rules.svg', import.meta.url)
if (!process.argv.includes('--check')) writeFileSync(target, svg)
else if (readFileSync(target, 'utf8') !== svg) {
  console.error('rules.svg is not up to date: run npm run pictures')
  process.exitCode = 1
}
