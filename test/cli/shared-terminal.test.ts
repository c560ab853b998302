/** stdout and stderr on one terminal: reports stand above the live view, and no frame ever erases one. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'

import { fc, testProp } from '@fast-check/ava'
import xterm from '@xterm/headless'
import test from 'ava'

import { LineWriter } from '../../src/cli/output/line-writer.ts'
import { LiveRegion } from '../../src/inspect/terminal/live-region.ts'
import { testWith } from '../with-program.ts'
import { folderWith, main, plain, worker } from './command.ts'

const size = { columns: 60, rows: 12 }

/** What a terminal shows, all that has scrolled away included. */
async function shownBy(text: string): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({
    cols: size.columns,
    rows: size.rows,
    scrollback: 10_000,
    allowProposedApi: true,
    convertEol: true,
  })
  await new Promise<void>(resolve => terminal.write(text, resolve))
  const { active } = terminal.buffer
  const lines = Array.from(
    { length: active.length },
    (_, y) => active.getLine(y)?.translateToString(true) ?? '',
  )
  terminal.dispose()
  return lines
}

/** A stream to the terminal: it writes at once, and says so later, as Node's own do. */
const streamTo = (screen: string[]): Pick<Writable, 'write' | 'on'> =>
  ({
    on: () => undefined,
    write: (text: string | Uint8Array, done: () => void) => {
      screen.push(typeof text === 'string' ? text : Buffer.from(text).toString())
      setImmediate(done)
      return true
    },
  }) as never

const step = fc.oneof(
  fc.record({ type: fc.constant('report' as const), times: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant('frame' as const), height: fc.integer({ min: 0, max: 8 }) }),
  fc.record({ type: fc.constant('note' as const) }),
  fc.record({ type: fc.constant('microtask' as const) }),
  fc.record({ type: fc.constant('turn' as const) }),
)

testProp(
  'no interleaving of frames, notes and reports loses a report',
  [fc.array(step, { maxLength: 25 })],
  async (t, steps) => {
    const screen: string[] = []
    const [out, err] = [
      new LineWriter('stdout', streamTo(screen)),
      new LineWriter('stderr', streamTo(screen)),
    ]
    const region = new LiveRegion(
      text => err.line(text),
      () => size,
    )
    out.onWrite = () => {
      region.clear()
      err.hurry()
    }
    let reports = 0
    let notes = 0
    for (const one of steps) {
      if (one.type === 'report') for (let i = 0; i < one.times; i++) out.line(`report ${reports++}\n`)
      else if (one.type === 'note') region.print(`note ${notes++}\n`)
      else if (one.type === 'frame')
        region.draw(Array.from({ length: one.height }, (_, i) => `frame ${screen.length} ${i}`))
      else if (one.type === 'turn') await new Promise(resolve => setImmediate(resolve))
      else await undefined
    }
    await out.written()
    region.clear()
    await err.written()
    const shown = await shownBy(screen.join(''))
    const kept = (word: string) => shown.filter(line => line.startsWith(word))
    t.deepEqual(
      kept('report'),
      Array.from({ length: reports }, (_, n) => `report ${n}`),
    )
    t.deepEqual(
      kept('note'),
      Array.from({ length: notes }, (_, n) => `note ${n}`),
    )
    t.deepEqual(kept('frame'), [])
  },
  { numRuns: 500 },
)

testWith('script')('the command with both on a terminal: all reports stand there in the end', async t => {
  const record = join(folderWith(), 'record')
  const times = Array.from({ length: 30 }, (_, n) => 20 * ((n * 7) % 10))
  const command = `'${process.execPath}' '${main}' run '${worker('any')}' -j2 --each 'ms=${times}'`
  const env = { ...process.env, ...plain, TERM: 'xterm' }
  spawnSync('script', ['-qec', `stty cols ${size.columns} rows ${size.rows}; ${command}`, record], {
    env,
    timeout: 30_000,
  })
  const shown = (await shownBy(readFileSync(record, 'utf8').replace(/^Script started.*\n/, ''))).join('')
  for (let id = 0; id < times.length; id++) t.true(shown.includes(`{"kind":"done","id":${id},`), `${id}`)
  t.regex(shown, /30 done/)
  t.false(shown.includes('ETA'), 'a frame that stayed')
})

test('hurry writes what waits behind what is under way', async t => {
  const screen: string[] = []
  const writer = new LineWriter('stderr', streamTo(screen))
  writer.line('1\n')
  await undefined
  writer.line('2\n')
  writer.hurry()
  t.deepEqual(screen, ['1\n', '2\n'])
  await writer.written()
})
