import { testProp } from '@fast-check/ava'
import anyTest from 'ava'
import fc from 'fast-check'

import { recordPreview } from '../../src/cli/progress/record-preview.ts'
import { emptyRun, type Run } from '../../src/index.ts'
import { addDuration } from '../../src/inspect/durations.ts'
import { etaOf } from '../../src/inspect/eta.ts'
import { noFailures, withFailure } from '../../src/inspect/failure-groups.ts'
import type { LaneView } from '../../src/inspect/run.ts'
import { Standstill } from '../../src/inspect/standstill.ts'
import { frame as draw, type FrameOptions, type Size } from '../../src/inspect/terminal/frame.ts'
import { widthOf } from '../../src/inspect/terminal/line.ts'
import { plainLine } from '../../src/inspect/terminal/plain-line.ts'
import { summary } from '../../src/inspect/terminal/summary.ts'

const test = anyTest
const evil = '\u001b]0;pwn\u0007</script><img src=x onerror=alert(1)>\u009b2J\u202e'

const lane = (ticket: number, some: Partial<LaneView> = {}): LaneView => ({
  ticket,
  workerId: `w${ticket + 1}`,
  state: 'open',
  current: {
    ...{ id: 5000 + ticket, name: `img/${ticket}.png`, worker: 'resize', attempt: 1, waitMs: 0 },
    began: 70_000 - ticket,
  },
  done: 10,
  failed: 0,
  busyMs: 60_000,
  since: 2000,
  restarts: 0,
  ...some,
})

const runWith = (some: Partial<Run>): Run => {
  const counts = {
    submitted: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    unheard: 0,
    pending: 0,
    running: 0,
    refused: 0,
  }
  return emptyRun({
    workers: ['resize'],
    pump: 'on',
    firstReady: 0,
    ...some,
    counts: { ...counts, ...some.counts },
  })
}

type Some = Omit<FrameOptions, keyof Size>
const total = (records: number, guessed = false): Some => ({ total: { records, guessed } })
const counts = (some: Partial<Run['counts']>) => some as Run['counts']
const frame = (run: Run, now: number, ...[size, options = {}]: [Size, Some?]) =>
  draw(run, now, { ...options, ...size })
const size = { columns: 80, rows: 24 }

test('a frame tells progress, what is left, who works on what, and what failed', t => {
  const durations: number[] = []
  for (let i = 0; i < 100; i++) addDuration(durations, i < 90 ? 84 : 210)
  const failure = { code: 'threw', what: '', remedy: '', why: '' } as const
  const error = { name: 'RangeError', message: 'Input buffer has corrupt header' }
  const failures = withFailure(noFailures, { ...failure, error }, { id: 5230, name: 'resize#5230' })
  const dead = lane(2, { state: 'opening', current: undefined, restarts: 2, why: 'outOfMemory' })
  const slow = lane(1, {
    current: { ...(lane(1).current as NonNullable<LaneView['current']>), began: 60_000 },
  })
  const run = runWith({
    lanes: [lane(0), slow, dead],
    counts: counts({ done: 5417, failed: 3, running: 2, pending: 5 }),
    durations,
    failures,
    retried: 11,
  })
  const lines = frame(run, 72_000, size, total(10_000))
  t.is(lines[0], 'resize  01:12')
  t.regex(lines[1] ?? '', /^█+[▏▎▍▌▋▊▉]?·+ {2}54\.2% {2}5420\/10000 {2}75\.3\/s {2}ETA 01:01$/)
  t.is(lines[2], 'busy 2/3  queue 4578  p50 83ms  p95 207ms  ✖ 3 failed  ↻ 11 retried')
  t.is(lines[3], '  w1   89%   2.0s! #5000 img/0.png')
  t.is(lines[4], '  w2  100%    12s! #5001 img/1.png')
  t.is(lines[5], '  w3     –          starting again (outOfMemory), 2nd time')
  t.is(lines[6], '  ✖ 1× RangeError: Input buffer has corrupt header    #5230')
  t.is(lines.length, 7)
})

test('200 workers keep their lines, ten at most; the last one counts the others, and names the longest at work', t => {
  const lanes = Array.from({ length: 200 }, (_, ticket) => lane(ticket))
  const at = (now: number) => frame(runWith({ lanes, counts: counts({ running: 200 }) }), now, size)
  const lines = at(72_000)
  t.is(lines.length, 13)
  t.regex(lines[3] ?? '', /w1 .*img\/0\.png/)
  t.is(lines.at(-1), '  … 191 more workers, longest w200 2.2s #5199 img/199.png')
  t.deepEqual(
    at(90_000).map(line => line.slice(0, 6)),
    lines.map(line => line.slice(0, 6)),
  )
})

test('a long name loses its middle; what follows it stays', t => {
  const current = { ...(lane(0).current as NonNullable<LaneView['current']>), attempt: 2, done: 3, total: 10 }
  const name = `/data/${'deep/'.repeat(40)}0931.exr`
  const lines = frame(runWith({ lanes: [lane(0, { current: { ...current, name } })] }), 72_000, size)
  t.regex(lines[3] ?? '', /^ {2}w1 .* #5000 \/data\/\S+…\S+0931\.exr {2}━━━┄┄┄┄┄┄┄ 3\/10 {2}↻ attempt 2$/)
  t.true((lines[3] ?? '').length <= 79)
})

test('an instruction without a name of its own is shown by what it holds', t => {
  const current = { ...(lane(0).current as NonNullable<LaneView['current']>), name: 'resize#5000' }
  const run = runWith({ lanes: [lane(0, { current })] })
  const preview = (id: number) => (id === 5000 ? 'img/0931.png' : undefined)
  t.regex(frame(run, 72_000, size, { preview })[3] ?? '', / #5000 img\/0931\.png$/)
  t.regex(frame(run, 72_000, size)[3] ?? '', / #5000 resize$/)
  t.is(recordPreview({ path: 'img/1.png', width: 20, priority: 3 }), 'img/1.png width=20')
  t.is(recordPreview({ n: 7, key: 'a' }), '7')
  t.is(recordPreview({ a: 1, b: [1, 2], c: { d: 1 } }), 'a=1 b=[2] c={…}')
})

test('a lane that is a program says its language, at work and at rest', t => {
  const language = 'Python 3.11.7'
  const run = runWith({ lanes: [lane(0, { language }), lane(1, { language, current: undefined })] })
  const rows = frame(run, 72_000, { columns: 120, rows: 24 }).filter(line => line.includes(language))
  t.is(rows.length, 2)
  t.regex(rows.join('\n'), /img\/0\.png.*Python[\s\S]*idle.*Python/)
})

test('in 40 columns what matters least is left out; what failed never', t => {
  const run = runWith({
    lanes: [lane(0)],
    counts: counts({ done: 17, failed: 1, cancelled: 3, running: 1 }),
    retried: 5,
  })
  for (const columns of [60, 40, 30, 20]) {
    const [line = ''] = frame(run, 72_000, { columns: Math.min(columns, 59), rows: 10 }, total(80))
    t.true(line.includes('✖ 1 failed'), line)
    t.true(widthOf(line) < columns, line)
  }
  t.is(frame(run, 72_000, { columns: 40, rows: 10 }, total(80))[0], '26.2% 21/80 ETA 03:22  ✖ 1 failed')
})

test('where nothing runs though something waits, it is said after two seconds, and why', t => {
  const standstill = new Standstill()
  const run = runWith({ counts: counts({ pending: 200 }) })
  t.is(standstill.of(run, 1000), undefined)
  t.is(standstill.of(run, 2900), undefined)
  const waits = standstill.of(run, 4000, () => 'less than 900G free (--memfree)')
  t.is(waits, 'waiting: less than 900G free (--memfree) (200 waiting for 3.0s)')
  t.true(frame(run, 4000, size, { waits }).some(line => line.includes('less than 900G free')))
  t.is(standstill.of({ ...run, counts: { ...run.counts, running: 1 } }, 5000), undefined)
  t.is(standstill.of(run, 6000), undefined)
  t.regex(standstill.of(run, 9000) ?? '', /^waiting: no worker is there/)
})

test('in ASCII there is nothing else, names aside', t => {
  const failures = withFailure(
    noFailures,
    { code: 'crashed', what: '', remedy: '', why: 'gone' },
    { id: 1, name: 'a#1' },
  )
  const run = runWith({
    lanes: Array.from({ length: 40 }, (_, ticket) => lane(ticket, ticket % 2 ? { current: undefined } : {})),
    counts: counts({ done: 5, failed: 1, cancelled: 1 }),
    failures,
    retried: 2,
  })
  const lines = [
    ...frame(run, 72_000, size, { ascii: true, ...total(10) }),
    ...summary(run, 9, { ascii: true }),
  ]
  t.regex(lines.join(''), /^[ -~]*$/)
})

test('a name that tries to be an escape sequence is text', t => {
  const current = { ...(lane(0).current as NonNullable<LaneView['current']>), name: evil }
  const failures = withFailure(
    noFailures,
    { code: 'crashed', what: '', remedy: '', why: evil },
    { id: 1, name: evil },
  )
  const run = runWith({ lanes: [lane(0, { current })], workers: [evil], failures })
  const text = [...frame(run, 72_000, size, { title: evil, link: evil }), ...summary(run, 5000)].join('')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
  t.notRegex(text, /[\u0000-\u001f\u007f-\u009f\u202e]/)
})

testProp(
  'no line is as wide as the terminal, and they are fewer than its rows',
  [
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 2, max: 60 }),
    fc.nat(80),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.nat(1000),
    fc.boolean(),
  ],
  (t, columns, rows, workers, name, done, ascii) => {
    const current = { ...(lane(0).current as NonNullable<LaneView['current']>), name }
    const failures = withFailure(
      noFailures,
      { code: 'crashed', what: '', remedy: '', why: name },
      { id: 1, name },
    )
    const run = runWith({
      lanes: Array.from({ length: workers }, (_, ticket) => lane(ticket, { current })),
      workers: [name],
      counts: counts({ done, failed: 3, running: workers }),
      failures,
      retried: 2,
    })
    const lines = frame(
      run,
      72_000,
      { columns, rows },
      { ascii, link: 'http://127.0.0.1:7463', ...total(1000) },
    )
    for (const line of lines) t.true(widthOf(line) < Math.max(2, columns), `${widthOf(line)}: ${line}`)
    t.true(lines.length < rows)
  },
)

test('what is left is told in words where there is no ETA', t => {
  const left = (run: Partial<Run>, options: Some = total(100)) =>
    frame(runWith({ ...run, lanes: [lane(0)] }), 72_000, size, options)[1]
  t.regex(left({ counts: counts({ done: 99, running: 1 }) }) ?? '', /tail: 1 running, longest 2\.0s$/)
  t.regex(left({ pump: 'off' }) ?? '', / halted$/)
  t.regex(left({ phase: 'stopping', counts: counts({ done: 9, running: 1 }) }) ?? '', /stopping: 1 running$/)
  t.is(left({ counts: counts({ done: 36 }) }, {}), '36 done  0.5/s')
  t.regex(
    left({ counts: counts({ done: 50 }) }, total(100, true)) ?? '',
    /~50\.0% {2}50\/~100 .* ETA ~01:12$/,
  )
})

test('a narrow or short terminal has one line', t => {
  const run = runWith({ lanes: [lane(0)], counts: counts({ done: 36, failed: 1 }) })
  t.deepEqual(frame(run, 72_000, { columns: 50, rows: 24 }, total(100)), [
    '01:12  37.0% 37/100 0.5/s ETA 02:03  ✖ 1 failed',
  ])
  t.is(frame(run, 72_000, { columns: 80, rows: 3 }, total(100)).length, 1)
})

test('half 1 ms, half 1 s, mixed: after 20 % the ETA is within 30 %', t => {
  // Two workers, 100 instructions, alternating: 50 s of work in all, so 25 s.
  const run = runWith({ lanes: [lane(0), lane(1)], counts: counts({ done: 20 }) })
  const eta = etaOf(run, 5000, 100)
  t.true(eta !== undefined && Math.abs(eta.ms - 20_000) < 6000)
})

test('an ETA comes after two seconds and two reports a worker; a changed pace is marked', t => {
  const lanes = [lane(0), lane(1)]
  t.is(etaOf(runWith({ lanes, counts: counts({ done: 100 }) }), 1999, 1000), undefined)
  t.is(etaOf(runWith({ lanes, counts: counts({ done: 3 }) }), 5000, 1000), undefined)
  const items = Array.from({ length: 300 }, (_, at) => ({
    ...{ at, failed: 0, cancelled: 0, pending: 0, running: 0, refused: 0 },
    done: at < 240 ? 10 : 100,
  }))
  const seconds = { limit: 1000, items, from: 0, to: 300, count: 300 }
  const run = runWith({ lanes, counts: counts({ done: 8400 }), seconds })
  const eta = etaOf({ ...run, thisSecond: { ...run.thisSecond, at: 300 } }, 300_000, 10_000)
  t.true(eta?.rough)
  t.true(Math.abs((eta?.ms ?? 0) - 16_000) < 500)
})

test('a plain line says what is known, and nothing that is not', t => {
  const run = runWith({ counts: counts({ done: 812 }) })
  t.is(plainLine(run, 10_000, total(10_000)), '00:10 done=812/10000 8% rate=81.2/s eta=01:53 failed=0')
  t.is(plainLine(run, 10_000), '00:10 done=812 rate=81.2/s failed=0')
  t.regex(plainLine({ ...run, pump: 'off' }, 10_000), /failed=0 halted$/)
  t.regex(plainLine(run, 10_000, total(10_000, true)), /done=812\/~10000 ~8%.*eta=~01:53/)
})

test('failures that differ in numbers and paths are one group, others are not', t => {
  const threw = (message: string) => ({
    ...({ code: 'threw', what: '', remedy: '', why: '' } as const),
    error: { name: 'Error', message },
  })
  let failures = noFailures
  for (let i = 0; i < 5; i++)
    failures = withFailure(failures, threw(`no file /tmp/a${i}.png at ${i}`), { id: i, name: `#${i}` })
  failures = withFailure(failures, threw('disk full'), { id: 9, name: '#9' })
  t.deepEqual(
    failures.groups.map(({ count, words }) => [count, words]),
    [
      [5, 'Error: no file /tmp/a0.png at 0'],
      [1, 'Error: disk full'],
    ],
  )
})

test('kinds of failure are bounded; the rest is counted', t => {
  let failures = noFailures
  for (let i = 0; i < 200; i++) {
    const why = String.fromCharCode(0x4e00 + i)
    failures = withFailure(failures, { code: 'threw', what: '', remedy: '', why }, { id: i, name: `#${i}` })
  }
  t.is(failures.groups.length, 100)
  t.is(failures.others, 100)
})

test('the columns that a text takes', t => {
  const widths = { plain: 5, 日本: 4, 'e\u0301': 1, '👩‍👩‍👧': 2, '🇩🇪': 2, '❤️': 2, ﾊﾟ: 2, नि: 2, '…': 1 }
  for (const [text, width] of Object.entries(widths)) t.is(widthOf(text), width, text)
})
