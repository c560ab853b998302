/**
 * Names, messages, notes and printed text are data: whatever they hold, a terminal that shows a run gets no escape sequence,
 * no control character and no turned writing direction of theirs.
 */

import { testProp } from '@fast-check/ava'
import fc from 'fast-check'
import * as io from 'io-ts'
import { joblogLine } from '../../src/cli/output/joblog.ts'
import { WorkerLogs } from '../../src/cli/output/worker-logs.ts'
import { fakeCrew, virtualClock } from '../../src/entries/testing.ts'
import { Boss, defineWorker } from '../../src/index.ts'
import { watch } from '../../src/inspect/watch.ts'
import { turn } from '../boss/desk-of-fakes.ts'

const piece = fc.oneof(
  fc.constantFrom(
    '\u001b]0;pwn\u0007',
    '\u001b[2J',
    '\u009b31m',
    '\u001b[',
    '\u001b',
    '\u001bP+q544e\u001b\\',
    '\u202e',
    '\u2066',
    '\r',
    '\n',
    '\u0008\u0008',
    '\u0000',
    '\u2028',
    '\u001b[?1049h',
    '\u001b\u001b[31m[31m',
    '\u001b]8;;http://evil\u0007',
    '名前',
    '👩‍👩‍👧',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 8 }),
)
const label = fc.array(piece, { minLength: 1, maxLength: 5 }).map(pieces => pieces.join(''))

/** What our own views write: colours, the cursor upward, erasing, one synchronized update. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are exactly what this is about
const ours = /\u001b\[(?:\?2026[hl]|\d*[AJK]|\d{1,2}m)|\n/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: and these must not be left
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

const squareCalled = (name: string) =>
  defineWorker(import.meta, { name, attr: { n: io.number }, work: ({ n }) => n * n })

testProp(
  'whatever is shown of a run on a terminal, all its escape sequences are ours',
  [label, label, label, label, fc.constantFrom('tty', 'plain'), fc.boolean(), fc.boolean()],
  async (t, name, message, title, host, progress, coloured, ascii) => {
    const clock = virtualClock()
    const crew = fakeCrew({ now: clock.now })
    const boss = new Boss({
      workers: squareCalled(`w${name}`),
      name: `b${title}`,
      crew,
      clock,
      output: 'inspect',
      scheduler: { concurrency: 2 },
    })
    let shown = ''
    const stream = { isTTY: true, columns: 80, rows: 24, write: (text: string) => (shown += text) }
    const watching = watch(boss, {
      stream,
      progress: progress as 'tty',
      color: coloured ? 'always' : 'never',
      ascii,
      title,
    })
    for (let n = 0; n < 4; n++) boss.give({ n, name: `${n}${name.replace(/[[\]]/g, '')}` })
    boss.makeThemWork()
    await turn()
    const [first, second] = crew.lanes
    first?.says({ type: 'ready', startMs: 1, host })
    first?.getReady()
    second?.getReady()
    first?.says({ type: 'log', stream: 'stdout', text: message })
    watching.note(message)
    first?.note({ done: 1, total: 2 })
    clock.pass(500)
    first?.throws(Object.assign(new Error(message), { name: title }))
    second?.dies('crashed', message)
    clock.pass(500)
    await new Promise(resolve => setTimeout(resolve, 2))
    const stopped = boss.stopThemWorking()
    for (const lane of crew.lanes) lane.leaves()
    await stopped
    watching.end()
    t.true(shown.length > 0)
    // What is redrawn begins at the left; of a line for logs, a carriage return is no part.
    const rest = shown.replace(ours, '').replaceAll('\r', progress === 'tty' ? '' : '\r')
    t.notRegex(rest, control, JSON.stringify(shown))
  },
  { numRuns: 300 },
)

testProp(
  'what workers print, and the job log, keep to their lines',
  [fc.array(label, { maxLength: 5 }), label, fc.boolean()],
  (t, texts, name, tag) => {
    const shown: string[] = []
    const logs = new WorkerLogs(line => shown.push(line), { tag, lineBuffer: true, bar: '|' } as never)
    logs.named(1, name)
    for (const text of texts) logs.take({ workerId: 'w1', stream: 'stdout', text, id: 1 })
    logs.settled(1, name)
    logs.end()
    for (const line of shown) t.notRegex(line, control, JSON.stringify(line))
    const report = {
      kind: 'done',
      id: 1,
      name,
      worker: 'w',
      attempt: 1,
      waitMs: 1,
      workMs: 1,
      result: 1,
    } as const
    const line = joblogLine(report as never, { line: 1, command: name, received: 2, now: 3 })
    t.is(line.split('\n').length, 2)
    t.notRegex(line, control)
  },
  { numRuns: 300 },
)
