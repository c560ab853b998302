/**
 * The Mandelbrot set, tile by tile, in as many Web Workers as you like: click to go closer.
 *
 *     view ──► instructions ──► boss ──► Web Workers ──► reports$ ──► canvas
 *                                 └────────────────────► inspect$ ──► task strip
 */

import { Boss, byPriority, type InstructionId, maxThreads, scheduler, threads } from 'rxboss'
import { filter, fromEvent, map, merge } from 'rxjs'

import mandelbrot from './mandelbrot.ts'
import { TaskStrip } from './task-strip.ts'
import { instructionFor, type Tile, tilesOf, type View, whole, zoomed } from './view.ts'

const element = <E extends HTMLElement>(id: string) => document.getElementById(id) as E
const canvas = element<HTMLCanvasElement>('picture')
const workers = element<HTMLInputElement>('workers')
const rounds = element<HTMLInputElement>('rounds')
const pause = element<HTMLButtonElement>('pause')
const context = canvas.getContext('2d') as CanvasRenderingContext2D
const strip = new TaskStrip(element('strip'))
const tileSize = 40

const rules = () => scheduler(maxThreads(workers.valueAsNumber), byPriority())
const boss = new Boss({
  workers: [mandelbrot],
  crew: threads({ worker: () => new Worker(new URL('./crew.ts', import.meta.url), { type: 'module' }) }),
  scheduler: rules(),
  keepReports: false,
})

const tiles = new Map<InstructionId, Tile>()
let view: View = whole(canvas.width)

/** What was asked for before is not wanted any more. */
function show(next: View): void {
  for (const id of tiles.keys()) boss.cancel(id, 'another view')
  view = next
  for (const tile of tilesOf(canvas.width, canvas.height, tileSize))
    tiles.set(boss.give({ ...instructionFor(tile, view, canvas), rounds: rounds.valueAsNumber }), tile)
}

boss.reports$.pipe(filter(report => report.kind !== 'interim')).subscribe(report => {
  const tile = tiles.get(report.id)
  tiles.delete(report.id)
  if (report.kind === 'done' && tile !== undefined)
    context.putImageData(new ImageData(report.result, tile.size), tile.x, tile.y)
  if (report.kind === 'failed') console.error(report.failure)
})
boss.inspect$.subscribe(event => strip.hear(event))

// -- controls ------------------------------------------------------------------------------------------------------------

fromEvent<MouseEvent>(canvas, 'click').subscribe(({ offsetX, offsetY, shiftKey }) => {
  const scale = canvas.width / canvas.clientWidth
  const [dx, dy] = [offsetX * scale - canvas.width / 2, offsetY * scale - canvas.height / 2]
  show(zoomed(view, { factor: shiftKey ? 2.5 : 0.4, dx, dy }))
})
merge(
  fromEvent(element('whole'), 'click').pipe(map(() => whole(canvas.width))),
  fromEvent(rounds, 'change').pipe(map(() => view)),
).subscribe(show)
fromEvent(workers, 'input').subscribe(() => boss.reschedule(rules()))
fromEvent(pause, 'click').subscribe(() => {
  const halted = boss.state.pump === 'off'
  halted ? boss.resume() : boss.halt()
  pause.textContent = halted ? 'Halt' : 'Resume'
})

// -- a frame ---------------------------------------------------------------------------------------------------------------

let last = performance.now()
let smooth = 60
function frame(now: number): void {
  smooth += (1000 / Math.max(1, now - last) - smooth) / 30
  last = now
  strip.draw(performance.now())
  element('workers-text').textContent = workers.value
  element('rounds-text').textContent = rounds.value
  element('words').textContent = `${tiles.size} tiles to go, ${Math.round(smooth)} frames a second`
  requestAnimationFrame(frame)
}

workers.value = workers.max = String(Math.max(2, navigator.hardwareConcurrency))
boss.reschedule(rules())
boss.makeThemWork()
show(view)
requestAnimationFrame(frame)
