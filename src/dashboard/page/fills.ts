/** Colours and textures of bars. What failed, and whose work it was, can be told without the hue. */

/** Dots, lines and the like: a definition beyond the first of its hue has another. */
export type Texture = 'plain' | 'hatched' | 'dots' | 'lines' | 'bars'

const textures: readonly Texture[] = ['plain', 'dots', 'lines', 'bars']

/** Of the worker definition with this number. @param hues  how many colours there are */
export const textureOf = (index: number, hues: number): Texture =>
  textures[(index + Math.floor(index / hues)) % textures.length] as Texture

export class Fills {
  readonly #made = new Map<string, CanvasPattern | string>()

  of(colour: string, texture: Texture, context: CanvasRenderingContext2D): CanvasPattern | string {
    if (texture === 'plain') return colour
    const key = `${texture} ${colour}`
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const tile = tileOf(colour, texture)
    const fill = (tile && context.createPattern(tile, 'repeat')) ?? colour
    this.#made.set(key, fill)
    return fill
  }

  forget(): void {
    this.#made.clear()
  }
}

function tileOf(colour: string, texture: Texture): OffscreenCanvas | undefined {
  const tile = new OffscreenCanvas(6, 6)
  const context = tile.getContext('2d')
  if (context === null) return undefined
  context.fillStyle = colour
  context.fillRect(0, 0, 6, 6)
  context.fillStyle = 'rgb(0 0 0 / 32%)'
  if (texture === 'dots') {
    context.fillRect(1, 1, 2, 2)
    context.fillRect(4, 4, 2, 2)
  } else if (texture === 'lines') context.fillRect(0, 2, 6, 1.5)
  else if (texture === 'bars') context.fillRect(2, 0, 1.5, 6)
  else {
    context.strokeStyle = 'rgb(0 0 0 / 45%)'
    context.lineWidth = 1.5
    context.beginPath()
    for (const x of [-3, 3, 9]) {
      context.moveTo(x - 3, 7)
      context.lineTo(x + 5, -1)
    }
    context.stroke()
  }
  return tile
}
