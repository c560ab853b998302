/**
 * Draws the terminal of a seeded run, offline: moving and still, for dark and for light pages. Needs a build.
 *
 *     node docs/pictures/render.mjs           writes them
 *     node docs/pictures/render.mjs --check   says which are not up to date
 */

import { readFileSync, writeFileSync } from 'node:fs'

import { emptyRun, reduceRun } from '../../dist/src/index.js'
import { frame } from '../../dist/src/inspect/terminal/frame.js'
import { summary } from '../../dist/src/inspect/terminal/summary.js'
import { seededRun } from './seeded-run.mjs'
import { terminalSvg } from './terminal-svg.mjs'

const columns = 84
const rows = 13
const everyMs = 500
const prompt =
  "\u001b[1m$\u001b[0m rxboss run ./resize.ts --each 'path=img/*.png' --retries 1 > reports.ndjson\n"

const screens = screensOf(seededRun())
const title = 'A run in the terminal: progress, workers, failures, and a summary in the end'
const terms = { columns, rows, seconds: (screens.length * everyMs) / 1000, title }
const middle = screens[Math.floor(screens.length * 0.55)]

let stale = 0
for (const theme of ['dark', 'light']) {
  put(`terminal-${theme}.svg`, await terminalSvg(screens, { ...terms, theme }))
  put(`terminal-still-${theme}.svg`, await terminalSvg([middle], { ...terms, theme }))
}
process.exitCode = stale > 0 && process.argv.includes('--check') ? 1 : 0

/** What is on the screen each half second, and for a while in the end. */
function screensOf(events) {
  const screens = []
  let run = emptyRun()
  let at = everyMs
  for (const event of events) {
    while (event.t > at) {
      screens.push(prompt + text(frame(run, at, { columns, rows: rows - 1, colour: true })))
      at += everyMs
    }
    run = reduceRun(run, event)
  }
  const end = text(summary(run, run.t, { colour: true, columns: columns - 1 }))
  return [...screens, ...Array(6).fill(`${prompt}${end}\u001b[1m$\u001b[0m `)]
}

function text(lines) {
  return lines.map(line => `${line}\n`).join('')
}

function put(name, drawing) {
  const file = new URL(name, import.meta.url)
  if (drawing === read(file)) return
  stale++
  if (process.argv.includes('--check')) console.error(`${name} is not up to date: run npm run pictures`)
  else writeFileSync(file, drawing)
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined // not drawn yet
  }
}
