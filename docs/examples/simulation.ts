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

/** How hot it is, from dark to bright. */
const shades = ' .:-=+*#%@'
function draw(): void {
  const [rows = 0, columns = 0] = plate.shape
  const line = (row: number) =>
    Array.from(
      { length: columns },
      (_, column) => shades[Math.min(9, Math.ceil(plate.get(row, column)))],
    ).join('')
  const picture = Array.from({ length: rows }, (_, row) => line(row)).join('\n')
  process.stderr.write(process.stderr.isTTY ? `\x1b[H\x1b[2J${picture}\n` : '')
}
interval(100).pipe(takeUntil(simulation.exit$)).subscribe(draw)

const energy = async () => (await firstValueFrom(ask(simulation, { type: 'energy' }, 10_000))).toFixed(1)
/** After so many more steps. */
const steps = async (count: number) => {
  for (let i = 0; i < count; i++) await firstValueFrom(simulation.out$)
}

simulation.ref.next({ type: 'use', plate })
simulation.ref.next({ type: 'heat', row: 10, column: 30, by: 400 })
await steps(100)
console.log('energy', await energy())

simulation.ref.next({ type: 'conduct', rate: 0.9 })
simulation.ref.next({ type: 'heat', row: 3, column: 10, by: 100 })
await steps(100)
console.log('energy', await energy(), 'with some more')

const restarted = firstValueFrom(simulation.inspect$.pipe(filter(({ type }) => type === 'actor.restart')))
simulation.ref.next({ type: 'break' })
await restarted
simulation.ref.next({ type: 'use', plate })
await steps(100)
console.log('energy', await energy(), 'after a crash')

simulation.stop()
console.log((await firstValueFrom(simulation.exit$)).why)
