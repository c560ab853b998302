/**
 * What a terminal shows, as SVG: each screen is written to an emulated terminal, and read back cell by cell.
 *
 * Screens stand side by side on a strip that moves in steps behind a window. Lines that several screens have in common
 * are drawn once. Who asked for less motion sees the last screen.
 */

import xterm from '@xterm/headless'

const cell = { width: 8.4, height: 18 }
const margin = 16
const bar = 30

const themes = {
  dark: {
    back: '#0d1117',
    frame: '#30363d',
    text: '#e6edf3',
    dim: '#8b949e',
    colours: { 1: '#ff7b72', 2: '#3fb950', 3: '#d29922', 6: '#39c5cf' },
  },
  light: {
    back: '#ffffff',
    frame: '#d0d7de',
    text: '#1f2328',
    dim: '#656d76',
    colours: { 1: '#cf222e', 2: '#1a7f37', 3: '#9a6700', 6: '#1b7c83' },
  },
}

/** @param screens  each what is written to an empty terminal  @returns SVG; still with one screen, else animated */
export async function terminalSvg(screens, { columns, rows, seconds, theme, title }) {
  const { back, frame, text, dim, colours } = themes[theme]
  const width = Math.ceil(columns * cell.width + 2 * margin)
  const height = rows * cell.height + bar + margin
  const shared = new Map()
  const drawn = []
  for (const [i, screen] of screens.entries()) drawn.push(await draw(screen, i * width))
  const last = -(screens.length - 1) * width
  const style = [
    `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:${text}}`,
    '.b{font-weight:bold}',
    `.d{fill:${dim}}`,
    ...Object.entries(colours).map(([n, colour]) => `.c${n}{fill:${colour}}`),
    ...(screens.length > 1
      ? [
          `.s{animation:s ${seconds}s steps(1,end) infinite}`,
          `@keyframes s{${screens.map((_, i) => `${percent(i, screens.length)}{transform:translateX(${-i * width}px)}`).join('')}}`,
          `@media(prefers-reduced-motion:reduce){.s{animation:none;transform:translateX(${last}px)}}`,
        ]
      : []),
  ].join('')
  const defs = [...shared].map(([line, id]) => `<g id="${id}">${line}</g>`).join('')
  const dots = [0, 1, 2]
    .map(i => `<circle cx="${margin + 4 + i * 16}" cy="15" r="5" fill="${frame}"/>`)
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title><style>${style}</style><defs><clipPath id="w"><rect width="${width}" height="${height - bar}"/></clipPath>${defs}</defs><rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${back}" stroke="${frame}"/>${dots}<g transform="translate(0 ${bar})" clip-path="url(#w)"><g class="s">${drawn.join('')}</g></g></svg>\n`

  async function draw(screen, x) {
    const uses = (await cellsOf(screen, columns, rows)).map((line, y) => {
      const svg = lineSvg(line)
      if (svg === '') return ''
      if (!shared.has(svg)) shared.set(svg, `l${shared.size.toString(36)}`)
      return `<use href="#${shared.get(svg)}" x="${x + margin}" y="${(y + 1) * cell.height - 4}"/>`
    })
    return uses.join('')
  }
}

const percent = (i, count) => `${((100 * i) / count).toFixed(2)}%`

async function cellsOf(screen, columns, rows) {
  const terminal = new xterm.Terminal({ cols: columns, rows, convertEol: true, allowProposedApi: true })
  await new Promise(resolve => terminal.write(screen, resolve))
  const { active } = terminal.buffer
  return Array.from({ length: rows }, (_, y) => {
    const line = active.getLine(active.viewportY + y)
    return Array.from({ length: columns }, (_, x) => {
      const one = line?.getCell(x)
      const style = [
        one?.isBold() ? 'b' : '',
        one?.isDim() ? 'd' : '',
        one?.isFgPalette() ? `c${one.getFgColor()}` : '',
      ]
      return { text: one?.getChars() || ' ', style: style.filter(name => name !== '').join(' ') }
    })
  })
}

/** Runs of one style, each held to its width: whatever the font, columns stand where they should. */
function lineSvg(cells) {
  let svg = ''
  for (let from = 0; from < cells.length; ) {
    const { style } = cells[from]
    let to = from
    while (to < cells.length && cells[to].style === style) to++
    const text = cells
      .slice(from, to)
      .map(one => one.text)
      .join('')
    const words = text.trim()
    const x = from + text.length - text.trimStart().length
    if (words !== '') {
      const place = `x="${+(x * cell.width).toFixed(1)}" textLength="${+([...words].length * cell.width).toFixed(1)}"`
      svg += `<text ${place}${style === '' ? '' : ` class="${style}"`}>${escaped(words)}</text>`
    }
    from = to
  }
  return svg
}

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
