/**
 * A simulation that lives on a thread: it is steered by messages while it computes, asked how it is, restarted after a crash,
 * and drawn as a live picture, for the plate is memory that both sides see.
 *
 *     npm run example simulation
 */

import { ask, SharedArray, spawn, threads } from 'rxboss'
import { filter, firstValueFrom, interval, takeUntil } from 'rxjs'

import diffusion from './diffusion.ts'

const plate = SharedArray.of('float64', 20, 60)
const simulation = spawn(diffusion, { on: threads(), supervise: { max: 3, within: 5000 } })

/** What is told; under the picture, where there is one. */
const lines: string[] = []
const isDrawn = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
const say = (text: string) => (isDrawn ? void lines.push(text) : console.log(text))

/** Colours of the 256 that terminals have, from cold to hot. */
const colours = [16, 17, 18, 54, 90, 126, 161, 196, 202, 208, 214, 220, 226, 228, 231]
function colourAt(row: number, column: number): number {
  // From a thousandth on, in equal ratios: a spot of 400 and what has spread over the whole plate are both seen.
  const level = (Math.log10(plate.get(row, column) + 0.001) + 3) / (Math.log10(400) + 3)
  return colours[Math.round(Math.min(1, Math.max(0, level)) * (colours.length - 1))] as number
}

/** Two rows in a line: the upper half of a character in the colour of one, the rest in that of the other. */
function draw(): void {
  const [rows = 0, columns = 0] = plate.shape
  const picture = Array.from({ length: rows / 2 }, (_, line) => {
    const cells = Array.from(
      { length: columns },
      (_, column) => `\x1b[38;5;${colourAt(2 * line, column)};48;5;${colourAt(2 * line + 1, column)}m\u2580`,
    )
    return `${cells.join('')}\x1b[0m`
  })
  process.stdout.write(`\x1b[H${[...picture, ...lines].map(line => `${line}\x1b[K\n`).join('')}\x1b[J`)
}
if (isDrawn) {
  process.stdout.write('\x1b[2J\x1b[?25l')
  process.once('exit', () => {
    draw()
    process.stdout.write('\x1b[?25h')
  })
}
// The simulation drives itself, which keeps nobody alive: this does.
interval(40)
  .pipe(takeUntil(simulation.exit$))
  .subscribe(() => isDrawn && draw())

const energy = async () => (await firstValueFrom(ask(simulation, { type: 'energy' }, 10_000))).toFixed(1)
/** After so many more steps. */
const steps = async (count: number) => {
  for (let i = 0; i < count; i++) await firstValueFrom(simulation.out$)
}

simulation.ref.next({ type: 'use', plate })
simulation.ref.next({ type: 'heat', row: 10, column: 30, by: 400 })
await steps(300)
say(`energy ${await energy()}`)

simulation.ref.next({ type: 'conduct', rate: 0.9 })
simulation.ref.next({ type: 'heat', row: 3, column: 10, by: 100 })
await steps(300)
say(`energy ${await energy()} with some more`)

const restarted = firstValueFrom(simulation.inspect$.pipe(filter(({ type }) => type === 'actor.restart')))
simulation.ref.next({ type: 'break' })
await restarted
simulation.ref.next({ type: 'use', plate })
await steps(300)
say(`energy ${await energy()} after a crash`)

simulation.stop()
say((await firstValueFrom(simulation.exit$)).why)
