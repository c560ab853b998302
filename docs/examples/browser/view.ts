/** What part of the plane the canvas shows, and its tiles as instructions: those in the middle first. */

export interface View {
  /** The middle, and the width of a pixel. */
  readonly re: number
  readonly im: number
  readonly step: number
}

export interface Tile {
  /** Where in the canvas. */
  readonly x: number
  readonly y: number
  readonly size: number
}

export const whole = (width: number): View => ({ re: -0.6, im: 0, step: 3.4 / width })

/** Closer to (or, above 1, farther from) a point of the canvas, which stays where it is. */
export function zoomed(view: View, { factor, dx, dy }: { factor: number; dx: number; dy: number }): View {
  const step = view.step * factor
  return { re: view.re + dx * (view.step - step), im: view.im + dy * (view.step - step), step }
}

export function* tilesOf(width: number, height: number, size: number): Generator<Tile> {
  for (let y = 0; y < height; y += size) for (let x = 0; x < width; x += size) yield { x, y, size }
}

export function instructionFor(tile: Tile, view: View, canvas: { width: number; height: number }) {
  const dx = tile.x - canvas.width / 2
  const dy = tile.y - canvas.height / 2
  return {
    re: view.re + dx * view.step,
    im: view.im + dy * view.step,
    step: view.step,
    size: tile.size,
    priority: -Math.hypot(dx + tile.size / 2, dy + tile.size / 2),
  }
}
