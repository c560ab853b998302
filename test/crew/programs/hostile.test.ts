/**
 * Programs that keep to nothing: each ends in a clear failure, nothing hangs, and whoever comes next is done. They speak the
 * protocol by hand.
 */

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'
import * as io from 'io-ts'

import { defineProgram, type ProgramsOptions, programs } from '../../../src/entries/programs.ts'
import { Boss, type BossOptions, maxThreads, type Settled } from '../../../src/index.ts'

/** A program by hand: says hello and ready, begins each instruction, and answers `fine` to those that say `answer`. */
const byHand = `
const raw = text => fs.writeSync(1, text)
const say = message => raw(JSON.stringify(message) + '\\n')
let buffered = ''
const serve = (act, hello = {}) => {
  say({ type: 'hello', protocol: 1, language: 'javascript', languageVersion: '0', workers: [{ name: 'odd' }], ...hello })
  process.stdin.setEncoding('utf8').on('data', text => {
    const lines = (buffered + text).split('\\n')
    buffered = lines.pop()
    for (const line of lines) {
      const told = JSON.parse(line)
      if (told.type === 'start') say({ type: 'ready' })
      if (told.type === 'close') process.exit(0)
      if (told.type !== 'instruction') continue
      const { n } = told
      say({ type: 'begun', n })
      if (told.attributes.act === 'answer') say({ type: 'result', n, value: 'fine' })
      else act(n, told)
    }
  })
}
`

const odd = defineProgram({ name: 'odd', attr: { act: io.string } })

const commandOf = (code: string): readonly string[] => [process.execPath, '-e', byHand + code]

interface Run {
  readonly a: Settled | undefined
  readonly b: Settled | undefined
  readonly printed: string
  readonly told: readonly string[]
  readonly error: Error | undefined
}

/** One that does it, and one behind it that wants an answer. */
async function run(
  command: readonly string[],
  {
    crew = {},
    options = {},
  }: { crew?: Partial<ProgramsOptions>; options?: Partial<BossOptions<typeof odd>> } = {},
): Promise<Run> {
  await using boss = new Boss<typeof odd>({
    workers: odd,
    crew: programs({ command, ...crew }),
    scheduler: maxThreads(1),
    graceMs: 200,
    output: 'inspect',
    supervise: { max: 2, within: 60_000 },
    ...options,
  })
  const finals: Settled[] = []
  let printed = ''
  const told: string[] = []
  boss.reports$.subscribe(report => {
    if (report.kind !== 'interim') finals.push(report)
  })
  boss.inspect$.subscribe(event => {
    if (event.type === 'worker.log') printed += event.text
    if (event.type === 'actor.deadLetter') told.push(event.why ?? '')
  })
  boss.give({ act: 'odd' })
  boss.give({ act: 'answer' })
  boss.makeThemWork()
  const error = await boss.waitTillFinished().then(
    () => undefined,
    (thrown: Error) => thrown,
  )
  return { a: finals.find(({ id }) => id === 0), b: finals.find(({ id }) => id === 1), printed, told, error }
}

/** A zombie is dead, though nobody has buried it: in a container nobody may. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const whyOf = (report: Settled | undefined): string =>
  report?.kind === 'failed' ? report.failure.why : String(report?.kind)

// -- what is printed by mistake ----------------------------------------------------------------------------------------

test('garbage on stdout is a line of the log, and the protocol goes on', async t => {
  const { a, b, printed } = await run(
    commandOf(
      `serve(n => { raw('50 %\\n{"level":30}\\n\\x00\\xff[1,2]\\n{"type":"odd"}\\n'); say({ type: 'result', n, value: 1 }) })`,
    ),
  )
  t.is(whyOf(a), 'done')
  t.like(b, { kind: 'done', result: 'fine' })
  t.regex(printed, /50 %\n\{"level":30\}\n/)
})

test('half a line before an answer is printed, and the answer heard', async t => {
  const { a, b, printed } = await run(
    commandOf(`serve(n => { raw('50 %...'); say({ type: 'result', n, value: 1 }) })`),
  )
  t.like(a, { kind: 'done', result: 1 })
  t.like(b, { kind: 'done' })
  t.is(printed, '50 %...\n')
})

test('an answer in pieces is one answer, and several in one piece are several', async t => {
  const { a, b } = await run(
    commandOf(`serve(n => {
      const text = JSON.stringify({ type: 'result', n, value: 'ä€𝄞'.repeat(1000) }) + '\\n'
      const bytes = Buffer.from(text)
      let at = 0
      const more = () => { fs.writeSync(1, bytes, at, Math.min(997, bytes.length - at)); at += 997; if (at < bytes.length) setTimeout(more, 1) }
      more()
    })`),
  )
  t.like(a, { kind: 'done', result: 'ä€𝄞'.repeat(1000) })
  t.like(b, { kind: 'done' })
})

test('who writes to stderr without end is held up, and does not hold up anybody', async t => {
  let ticks = 0
  const ticking = setInterval(() => ticks++, 5)
  const began = performance.now()
  const { a, b } = await run(
    commandOf(`serve(n => { for (;;) fs.writeSync(2, 'x'.repeat(10000) + '\\n') })`),
    { options: { timeout: 600 } },
  )
  clearInterval(ticking)
  t.like(a, { kind: 'failed', failure: { code: 'timeout' } })
  t.like(b, { kind: 'done' })
  t.true(ticks > (performance.now() - began) / 100, `${ticks} ticks`)
})

// -- answers that are none ---------------------------------------------------------------------------------------------

for (const [title, answer, why] of [
  [
    'NaN',
    `raw('{"type":"result","n":' + n + ',"value":NaN}\\n')`,
    /NaN, which JSON does not have.*\{"\$number":"NaN"\}/,
  ],
  [
    '-Infinity',
    `raw('{"type":"result","n":' + n + ',"value":[1, -Infinity]}\\n')`,
    /-Infinity, which JSON does not have/,
  ],
  ['half of JSON', `raw('{"type":"result","n":' + n + ',"value":[1,\\n')`, /not JSON/],
  ['a result without its number', `raw('{"type":"result","value":1}\\n')`, /"n" of a result must be/],
  [
    'bytes that are not UTF-8',
    `fs.writeSync(1, Buffer.from('{"type":"result","n":' + n + ',"value":"\\xe4"}\\n', 'latin1'))`,
    /not UTF-8/,
  ],
  [
    'a form that means nothing',
    `say({ type: 'result', n, value: { $odd: 1 } })`,
    /\{"\$odd": \.\.\.\} means nothing/,
  ],
  ['a file that is not there', `say({ type: 'result', n, value: { $file: 'x.bin' } })`, /no folder|ENOENT/],
  [
    'a file outside its folder',
    `say({ type: 'result', n, value: { $npy: '../x.npy' } })`,
    /no folder|not the name/,
  ],
] as const) {
  test(`${title} as an answer fails that instruction, and the program goes on`, async t => {
    const { a, b } = await run(commandOf(`serve(n => { ${answer} }, { accepts: ['files'] })`))
    t.like(a, { kind: 'failed', failure: { code: 'unserialisable' } })
    t.regex(whyOf(a), why)
    t.like(b, { kind: 'done', result: 'fine' })
  })
}

test('whole numbers are exact, however large; lone surrogates stay what they are', async t => {
  const { a } = await run(
    commandOf(
      `serve(n => raw('{"type":"result","n":' + n + ',"value":[9007199254740993, -123456789012345678901234567890, 9007199254740991, 1234567890123456.5, "1234567890123456789", "\\\\ud800", 1e25]}\\n'))`,
    ),
  )
  t.deepEqual(a?.kind === 'done' && a.result, [
    9007199254740993n,
    -123456789012345678901234567890n,
    9007199254740991,
    1234567890123456.5,
    '1234567890123456789',
    '\ud800',
    1e25,
  ])
})

test('an answer of 100 MB arrives', async t => {
  t.timeout(60_000)
  const { a, b } = await run(
    commandOf(`serve(n => {
      const whole = Buffer.from(JSON.stringify({ type: 'result', n, value: 'x'.repeat(100e6) }) + '\\n')
      for (let at = 0; at < whole.length; at += 65536) fs.writeSync(1, whole, at, Math.min(65536, whole.length - at))
    })`),
  )
  t.is(a?.kind === 'done' && (a.result as string).length, 100e6)
  t.like(b, { kind: 'done' })
})

test('a second answer, and one to a number that nobody gave, are told and change nothing', async t => {
  const { a, b, told } = await run(
    commandOf(`serve(n => {
      say({ type: 'result', n: 77, value: 'forged' })
      say({ type: 'begun', n: 78 })
      say({ type: 'result', n, value: 1 })
      say({ type: 'result', n, value: 2 })
      say({ type: 'failure', n, name: 'Error', message: 'late' })
    })`),
  )
  t.like(a, { kind: 'done', result: 1 })
  t.like(b, { kind: 'done', result: 'fine' })
  t.true(told.some(why => /job number 77, which is not here/.test(why)))
  t.true(told.some(why => /begun job number 78, which is not here/.test(why)))
  t.true(told.some(why => /job number 0, which is not here/.test(why)))
})

test('a failure keeps name, message, stack, fields and cause; `refused` is its own code', async t => {
  const { a } = await run(
    commandOf(
      `serve(n => say({ type: 'failure', n, name: 'TypeError', message: 'no', stack: 'line 7', fields: { code: 'E_NO', at: { $date: '2026-11-28T00:00:00Z' } }, cause: { name: 'E', message: 'deep' } }))`,
    ),
  )
  t.like(a, {
    kind: 'failed',
    failure: {
      code: 'threw',
      why: 'TypeError: no',
      error: {
        name: 'TypeError',
        stack: 'line 7',
        code: 'E_NO',
        at: new Date('2026-11-28T00:00:00Z'),
        cause: { message: 'deep' },
      },
    },
  })
  const refused = await run(
    commandOf(
      `serve(n => say({ type: 'failure', n, code: 'refused', name: 'E', message: 'radius: too large' }))`,
    ),
  )
  t.like(refused.a, { kind: 'failed', failure: { code: 'refused', why: 'radius: too large' } })
})

// -- programs that end -------------------------------------------------------------------------------------------------

test('closed stdout ends a program, and blames what was at work', async t => {
  const { a, b } = await run(commandOf(`serve(n => { fs.closeSync(1); setInterval(() => {}, 1000) })`))
  t.like(a, { kind: 'failed', failure: { code: 'crashed' } })
  t.regex(whyOf(a), /closed its stdout/)
  t.like(b, { kind: 'done' })
})

test('what a program leaves behind is ended with it, and does not keep anybody waiting', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'rxboss-left-'))
  const began = performance.now()
  const { a } = await run(
    commandOf(`
      const { spawn } = require('node:child_process')
      serve(n => { const left = spawn('sleep', ['60'], { stdio: 'inherit' }); fs.writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(left.pid)); setTimeout(() => process.exit(3), 50) })`),
  )
  t.regex(whyOf(a), /exited with code 3/)
  t.true(performance.now() - began < 10_000)
  t.deepEqual(readdirSync(folder), ['pid'])
  t.false(isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8'))))
})

test('who dies without having begun is not blamed for it: what it was given goes elsewhere', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'rxboss-once-'))
  const { a, b } = await run(
    commandOf(`
      say({ type: 'hello', protocol: 1, workers: [{ name: 'odd' }] })
      process.stdin.on('data', text => {
        if (String(text).includes('"start"')) say({ type: 'ready' })
        if (!String(text).includes('"instruction"')) return
        if (!fs.existsSync(${JSON.stringify(join(folder, 'died'))})) { fs.writeFileSync(${JSON.stringify(join(folder, 'died'))}, ''); process.exit(9) }
        const n = JSON.parse(String(text).trim()).n
        say({ type: 'begun', n }); say({ type: 'result', n, value: 'second' })
      })`),
    { options: { supervise: { max: 5, within: 60_000 } } },
  )
  t.like(a, { kind: 'done', result: 'second', attempt: 1 })
  t.like(b, { kind: 'done', attempt: 1 })
})

test('cancel that is ignored, and SIGTERM as well, ends in SIGKILL', async t => {
  const began = performance.now()
  const { a, b } = await run(commandOf(`process.on('SIGTERM', () => {}); serve(() => { for (;;); })`), {
    options: { timeout: 300 },
  })
  t.like(a, { kind: 'failed', failure: { code: 'timeout' } })
  t.like(b, { kind: 'done' })
  t.true(performance.now() - began < 5000)
})

// -- programs that do not start ----------------------------------------------------------------------------------------

const script = join(mkdtempSync(join(tmpdir(), 'rxboss-odd-')), 'script')
writeFileSync(script, '#!/no/such/python3\n', { mode: 0o755 })
const plain = `${script}.txt`
writeFileSync(plain, 'text', { mode: 0o644 })

for (const [title, command, why, crew] of [
  ['no such program', ['no-such-program-here'], /no such program on PATH: no-such-program-here/, {}],
  ['a file that may not be run', [plain], /may not be run \(chmod \+x\)/, {}],
  ['an interpreter that is missing', [script], /names behind #! is not there/, {}],
  [
    'a working directory that is missing',
    [process.execPath],
    /working directory does not exist: \/no\/such/,
    { cwd: '/no/such' },
  ],
  [
    'death before hello',
    commandOf(`console.error('cannot find libnetcdf'); process.exit(4)`),
    /exited with code 4: cannot find libnetcdf/,
    {},
  ],
  [
    'death between hello and ready',
    commandOf(`say({ type: 'hello', protocol: 1, workers: [{ name: 'odd' }] }); process.exit(5)`),
    /exited with code 5/,
    {},
  ],
  [
    'never ready',
    commandOf(`say({ type: 'hello', protocol: 1, workers: [{ name: 'odd' }] }); setInterval(() => {}, 1000)`),
    /not ready within 400 ms \(`startMs`\).*hello/,
    { startMs: 400 },
  ],
  ['never a word', commandOf(`setInterval(() => {}, 1000)`), /not ready within 400 ms/, { startMs: 400 }],
  [
    'another version',
    commandOf(`serve(() => {}, { protocol: 2 })`),
    /speaks version 2 of the protocol, and this is version 1/,
    {},
  ],
  [
    'other workers',
    commandOf(`serve(() => {}, { workers: [{ name: 'even' }] })`),
    /no worker "odd": its workers are "even"/,
    {},
  ],
  [
    'ready without hello',
    commandOf(`say({ type: 'ready' }); setInterval(() => {}, 1000)`),
    /ready before it said hello/,
    {},
  ],
  [
    'a hello that is none',
    commandOf(`raw('{"type":"hello","protocol":"one"}\\n'); setInterval(() => {}, 1000)`),
    /"protocol" of a hello must be a number/,
    {},
  ],
] as const) {
  test(`${title}: a start that failed, which says so, and no endless starting`, async t => {
    const { a, b, error } = await run(command, { crew })
    t.like(a, { kind: 'failed', failure: { code: 'storm' } })
    t.like(b, { kind: 'failed', failure: { code: 'storm' } })
    t.regex(error?.message ?? '', why)
  })
}

test('a program of another version than its definition asks for is not taken', async t => {
  const definition = defineProgram({ name: 'odd', attr: { act: io.string }, version: '2' })
  await using boss = new Boss({
    workers: definition,
    crew: programs({ command: commandOf(`serve(() => {}, { workers: [{ name: 'odd', version: '1' }] })`) }),
    supervise: { max: 1, within: 1000 },
  })
  boss.give({ act: 'answer' })
  boss.makeThemWork()
  await t.throwsAsync(boss.waitTillFinished(), { message: /worker "odd" has version 1, and 2 is asked for/ })
})

test('what cannot be meant is refused at once', t => {
  t.throws(() => programs({ command: [] }), {
    message: /'command' must be a list of a program and its arguments/,
  })
  t.throws(() => programs({ command: 'python3' as never }), { message: /got "python3"/ })
  t.throws(() => programs({ ahead: -1 }), {
    message: /ahead -1: 'ahead' must be a whole number from 0 to 1000/,
  })
  t.throws(() => defineProgram({ name: 'odd', command: ['a\0b'] }), {
    message: /Cannot define program "odd"/,
  })
  t.throws(() => new Boss({ workers: odd, crew: programs() }), { message: /nothing says how it is started/ })
  t.throws(() => new Boss({ workers: odd }), { message: /"odd" in a thread: it is a program.*programs\(\)/ })
})
