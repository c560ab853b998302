/** The live region as a terminal shows it: written to an emulated one, and read back from its screen. */

import xterm from '@xterm/headless'
import anyTest from 'ava'

import { emptyRun, type Run } from '../../src/index.ts'
import type { LaneView } from '../../src/inspect/run.ts'
import { frame } from '../../src/inspect/terminal/frame.ts'
import { LiveRegion } from '../../src/inspect/terminal/live-region.ts'

const test = anyTest

class Screen {
  columns: number
  rows: number
  readonly #terminal: InstanceType<typeof xterm.Terminal>

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 5000,
      convertEol: true,
      allowProposedApi: true,
    })
  }

  size = () => ({ columns: this.columns, rows: this.rows })

  write = (text: string) => this.#terminal.write(text)

  resize(columns: number, rows: number): Promise<void> {
    return this.#settled().then(() => {
      this.columns = columns
      this.rows = rows
      this.#terminal.resize(columns, rows)
    })
  }

  /** Everything, the scroll-back included; lines that the terminal broke are several. */
  async lines(): Promise<readonly string[]> {
    await this.#settled()
    const { buffer } = this.#terminal
    const lines: string[] = []
    for (let y = 0; y < buffer.active.length; y++)
      lines.push(buffer.active.getLine(y)?.translateToString(true) ?? '')
    while (lines.at(-1) === '') lines.pop()
    return lines
  }

  async broken(): Promise<number> {
    await this.#settled()
    const { active } = this.#terminal.buffer
    let broken = 0
    for (let y = 0; y < active.length; y++) if (active.getLine(y)?.isWrapped) broken++
    return broken
  }

  #settled(): Promise<void> {
    return new Promise(resolve => this.#terminal.write('', resolve))
  }
}

const lanesAt = (now: number): LaneView[] =>
  Array.from({ length: 200 }, (_, ticket) => ({
    ...{
      ticket,
      workerId: `w${ticket + 1}`,
      state: 'open',
      done: 0,
      failed: 0,
      busyMs: 0,
      since: 0,
      restarts: 0,
    },
    current: {
      ...{ id: now + ticket, name: `image ${'with a long name '.repeat(8)}${ticket}`, worker: 'resize' },
      ...{ attempt: 1, began: Math.max(0, now - 37 * ticket), waitMs: 0 },
    },
  }))

const runAt = (now: number): Run => {
  const done = Math.floor(now / 10)
  const counts = {
    submitted: 1000,
    done,
    failed: 0,
    cancelled: 0,
    unheard: 0,
    pending: 10,
    running: 200,
    refused: 0,
  }
  return emptyRun({ workers: ['resize'], pump: 'on', firstReady: 0, counts, lanes: lanesAt(now) })
}

test('200 workers in 24 x 80, logs between: each frame once, no line too wide, logs above', async t => {
  const screen = new Screen(80, 24)
  const region = new LiveRegion(screen.write, screen.size)
  screen.write('$ rxboss run\n')
  for (let now = 0; now < 3000; now += 100) {
    region.draw(frame(runAt(now), now, { ...screen.size(), colour: true }))
    if (now % 500 === 0) region.print(`log ${now}\n`)
  }
  const lines = await screen.lines()
  t.is(await screen.broken(), 0)
  t.is(lines.filter(line => line.startsWith('resize  ')).length, 1)
  t.is(lines.filter(line => line.includes('more workers')).length, 1)
  t.deepEqual(lines.slice(0, 7), ['$ rxboss run', ...[0, 500, 1000, 1500, 2000, 2500].map(at => `log ${at}`)])
  // Three lines of the run, ten of its workers.
  t.is(lines.length, 7 + 13)
})

test('narrowed and shortened midway: no old frame is left', async t => {
  for (const [columns, rows] of [
    [61, 24],
    [40, 24],
    [80, 10],
    [120, 50],
  ] as const) {
    const screen = new Screen(80, 24)
    const region = new LiveRegion(screen.write, screen.size)
    const small = (now: number) => ({ ...runAt(now), lanes: lanesAt(now).slice(0, 3) })
    screen.write('$ rxboss run\n')
    region.draw(frame(small(100), 100, screen.size()))
    await screen.resize(columns, rows)
    region.draw(frame(small(200), 200, screen.size()))
    region.draw(frame(small(300), 300, screen.size()))
    const lines = await screen.lines()
    t.is(lines[0], '$ rxboss run', `${columns}x${rows}: ${lines.join('\n')}`)
    t.is(
      lines.length,
      1 + frame(small(300), 300, screen.size()).length,
      `${columns}x${rows}: ${lines.join('\n')}`,
    )
  }
})

test('200 workers narrowed midway: what is on the screen is one frame', async t => {
  const screen = new Screen(80, 24)
  const region = new LiveRegion(screen.write, screen.size)
  region.draw(frame(runAt(100), 100, screen.size()))
  await screen.resize(62, 24)
  for (let now = 200; now < 600; now += 100) region.draw(frame(runAt(now), now, screen.size()))
  const shown = (await screen.lines()).slice(-24)
  t.is(shown.filter(line => line.startsWith('resize  ')).length, 1)
  t.is(shown.filter(line => line.includes('more workers')).length, 1)
})

test('only what has changed is written; what has not, costs nothing', t => {
  let written = ''
  const region = new LiveRegion(
    text => {
      written += text
    },
    () => ({ columns: 80, rows: 24 }),
  )
  region.draw(['one', 'two', 'three'])
  written = ''
  region.draw(['one', 'two', 'three'])
  t.is(written, '')
  region.draw(['one', 'TWO', 'three'])
  t.true(written.includes('TWO') && !written.includes('one') && !written.includes('three'))
})

test('fewer lines leave nothing below, and taken away nothing at all', async t => {
  const screen = new Screen(80, 24)
  const region = new LiveRegion(screen.write, screen.size)
  region.draw(['a', 'b', 'c'])
  region.draw(['a'])
  t.deepEqual(await screen.lines(), ['a'])
  region.draw(['a', 'd'])
  t.deepEqual(await screen.lines(), ['a', 'd'])
  region.clear()
  screen.write('end\n')
  t.deepEqual(await screen.lines(), ['end'])
})
