/** Hatching: what failed is seen without its colour, too. */

export class Hatches {
  readonly #made = new Map<string, CanvasPattern>()

  of(colour: string, context: CanvasRenderingContext2D): CanvasPattern | string {
    const known = this.#made.get(colour)
    if (known !== undefined) return known
    const tile = tileOf(colour)
    const pattern = tile && context.createPattern(tile, 'repeat')
    if (pattern == null) return colour
    this.#made.set(colour, pattern)
    return pattern
  }

  forget(): void {
    this.#made.clear()
  }
}

function tileOf(colour: string): OffscreenCanvas | undefined {
  const tile = new OffscreenCanvas(6, 6)
  const context = tile.getContext('2d')
  if (context === null) return undefined
  context.fillStyle = colour
  context.globalAlpha = 0.45
  context.fillRect(0, 0, 6, 6)
  context.globalAlpha = 1
  context.strokeStyle = colour
  context.lineWidth = 2
  context.beginPath()
  for (const x of [-3, 3, 9]) {
    context.moveTo(x - 3, 7)
    context.lineTo(x + 5, -1)
  }
  context.stroke()
  return tile
}
