/** How a run ends before its input does: signals, closed pipes, full disks, what cannot be meant. */

import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import ava from 'ava'

import { folderWith, main, ndjson, numbers, plain, rxboss, start, worker } from './command.ts'

// One at a time: each of them starts a process with threads.
const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary']
const nowhere = '/nowhere/at/all'
/** Two signals within 100 ms are one, as npx makes them of a key. */
const beyondEcho = () => new Promise(resolve => setTimeout(resolve, 150))

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} once: what runs is finished and heard, the rest is given back, exit code ${code}`, async t => {
    const gate = join(folderWith(), 'gate')
    const run = start(['run', worker('any'), '-j1', '--interim', ...quiet])
    // stdin stays open: it must not keep the command alive.
    run.child.stdin.write(ndjson({ until: gate, notes: ['at work'] }, { n: 2 }))
    await run.said('at work')
    run.child.kill(signal)
    await run.said('finishing 1 running; again to stop now')
    writeFileSync(gate, '')
    const ended = await run.ended
    t.is(ended.code, code)
    const finals = ended.reports.filter(({ kind }) => kind !== 'interim')
    t.is(finals.find(({ line }) => line === 1)?.kind, 'done')
    t.true(finals.every(({ kind, line }) => line === 1 || kind === 'cancelled'))
  })
}

test('SIGINT twice: what runs is stopped, and is reported as cancelled', async t => {
  const run = start(['run', worker('any'), '-j1', '--interim', '--grace', '100ms', ...quiet])
  run.child.stdin.write(ndjson({ until: nowhere, stubborn: true, notes: ['at work'] }))
  await run.said('at work')
  run.child.kill('SIGINT')
  await run.said('finishing 1 running')
  await beyondEcho()
  run.child.kill('SIGINT')
  const { code, reports } = await run.ended
  t.is(code, 130)
  t.is(reports.at(-1)?.kind, 'cancelled')
})

test('one Ctrl-C that comes twice, as under npx and npm, is one', async t => {
  const gate = join(folderWith(), 'gate')
  const run = start(['run', worker('any'), '-j1', '--interim', ...quiet])
  run.child.stdin.write(ndjson({ until: gate, notes: ['at work'] }))
  await run.said('at work')
  run.child.kill('SIGINT')
  run.child.kill('SIGINT')
  await run.said('finishing 1 running')
  await beyondEcho()
  writeFileSync(gate, '')
  const { code, reports, stderr } = await run.ended
  t.is(code, 130)
  t.is(reports.at(-1)?.kind, 'done')
  t.false(stderr.includes('stopping'))
})

test('nohup: a hang-up is not heard where stdin leads nowhere and nothing is a terminal, nor where the parent ignores it', async t => {
  const folder = folderWith()
  const [gate, out] = [join(folder, 'gate'), join(folder, 'out')]
  const command = `'${process.execPath}' '${main}' run '${worker('any')}' -j1 --interim --each 'until=${gate}' --common 'notes=["at work"]' -q`
  for (const line of [
    `nohup ${command} < /dev/null > '${out}' 2>&1 & echo $!`,
    `(trap '' HUP; echo | cat; ${command} < '${folder}/empty' > '${out}' 2>&1 & echo $!; wait)`,
  ]) {
    rmSync(gate, { force: true })
    writeFileSync(join(folder, 'empty'), '')
    const shell = spawn('sh', ['-c', line], { env: { ...process.env, ...plain } })
    const pid = await new Promise<number>(resolve =>
      shell.stdout.on('data', text => Number(text) > 0 && resolve(Number(text))),
    )
    await holds(() => existsSync(out) && readFileSync(out, 'utf8').includes('at work'))
    process.kill(pid, 'SIGHUP')
    await beyondEcho()
    writeFileSync(gate, '')
    await holds(() => readFileSync(out, 'utf8').includes('"kind":"done"'))
    t.pass()
  }
})

test('children of --crew processes are not in the group of the terminal', async t => {
  const gate = join(folderWith(), 'gate')
  const command = `'${process.execPath}' '${main}' run '${worker('any')}' --crew processes -j1 --interim --each 'until=${gate}' --common 'notes=["at work"]' -q`
  // A shell with a group of its own, which hears the signal as a whole.
  const shell = spawn('sh', ['-c', `exec ${command}`], { env: { ...process.env, ...plain }, detached: true })
  let out = ''
  shell.stdout.on('data', text => {
    out += text
  })
  shell.stderr.on('data', text => {
    out += text
  })
  const ended = new Promise(resolve => shell.once('close', resolve))
  await holds(() => out.includes('at work'))
  process.kill(-(shell.pid as number), 'SIGINT')
  await holds(() => out.includes('finishing 1 running'))
  writeFileSync(gate, '')
  t.is(await ended, 130)
  t.true(out.includes('"kind":"done"'), out)
})

test('SIGINT three times: the process ends at once, by that signal, though work is stuck in native code', async t => {
  const run = start(['run', worker('any'), '-j1', '--interim', ...quiet])
  run.child.stdin.write(ndjson({ stuck: 30, notes: ['at work'] }))
  await run.said('at work')
  run.child.kill('SIGINT')
  await run.said('finishing 1 running')
  await beyondEcho()
  run.child.kill('SIGINT')
  await run.said('stopping')
  await beyondEcho()
  const asked = performance.now()
  run.child.kill('SIGINT')
  t.is((await run.ended).signal, 'SIGINT')
  t.true(performance.now() - asked < 3000, 'it waited for the thread')
})

test('SIGTERM twice, with work stuck in native code: it is reported, and the process ends without it', async t => {
  const run = start(['run', worker('any'), '-j1', '--interim', ...quiet])
  run.child.stdin.write(ndjson({ stuck: 30, notes: ['at work'] }))
  await run.said('at work')
  run.child.kill('SIGTERM')
  await run.said('finishing 1 running')
  await beyondEcho()
  const asked = performance.now()
  run.child.kill('SIGTERM')
  const { code, signal, reports } = await run.ended
  t.true(code === 143 || signal === 'SIGTERM', `${code} ${signal}`)
  t.is(reports.at(-1)?.kind, 'cancelled')
  t.true(performance.now() - asked < 15_000, 'it waited for the thread')
})

test('work that is stuck in native code fails by its timeout, and the command ends without it', async t => {
  const began = performance.now()
  const { code, signal, stderr, reports } = await rxboss(
    ['run', worker('any'), '-j1', '--timeout', '100ms', '--grace', '100ms', ...quiet],
    { input: ndjson({ stuck: 30 }) },
  )
  t.is(reports[0]?.failure.code, 'timeout')
  if (code === null) t.regex(stderr, /ends by force, since a thread is stuck; the exit code would be 1/)
  t.true(code === 1 || signal === 'SIGKILL', `${code} ${signal}`)
  t.true(performance.now() - began < 20_000, 'it waited for the thread')
})

test('what a stop gives back is counted once', async t => {
  const gate = join(folderWith(), 'gate')
  const run = start(['run', worker('any'), '-j1', '--interim', '--progress', 'none'])
  run.child.stdin.write(ndjson({ until: gate, notes: ['at work'] }, { n: 2 }, { n: 3 }))
  await run.said('at work')
  run.child.kill('SIGINT')
  await run.said('finishing 1 running')
  writeFileSync(gate, '')
  const { stderr } = await run.ended
  t.regex(stderr, /1 done {2}\S+ 2 not done {3}3 in/)
})

test('SIGUSR2 tells where the run stands, which goes on', async t => {
  const gate = join(folderWith(), 'gate')
  const run = start(['run', worker('any'), '-j1', '--interim', ...quiet])
  run.child.stdin.end(ndjson({ until: gate, notes: ['at work'] }))
  await run.said('at work')
  run.child.kill('SIGUSR2')
  await run.said(
    /rxboss: live, intake open.*"running":1.*w1 busy|rxboss: live, intake closed.*"running":1.*w1 busy/,
  )
  writeFileSync(gate, '')
  t.is((await run.ended).code, 0)
})

test('a closed stdout (| head -1): exit code 141, nothing said, nobody left', async t => {
  const run = start(['run', worker('add'), '-q'])
  run.child.stdout.once('data', () => run.child.stdout.destroy())
  run.child.stdin.end(numbers(200_000))
  const { code, stderr } = await run.ended
  t.is(code, 141)
  t.is(stderr, '')
})

test('a closed stderr changes nothing', async t => {
  const run = start(['run', worker('any'), '-k'])
  run.child.stderr.destroy()
  run.child.stdin.end(ndjson({ n: 1, print: 'x\n' }, { throws: 'y' }))
  const { code, reports } = await run.ended
  t.is(code, 1)
  t.is(reports.length, 2)
})

test('nobody reads stdout: reading of the input pauses', async t => {
  const run = start(['run', worker('add'), '-q'])
  run.child.stdout.pause()
  const chunk = Buffer.from('{"n":1}\n'.repeat(8192))
  let written = 0
  // As much as it takes: if it took all, there would be no end.
  const write = () => {
    while (written < 64 * 2 ** 20) {
      written += chunk.length
      if (!run.child.stdin.write(chunk)) return
    }
  }
  run.child.stdin.on('drain', write)
  write()
  let before = -1
  while (before !== written) {
    before = written
    await new Promise(resolve => setTimeout(resolve, 1000))
  }
  t.true(written < 16 * 2 ** 20, `${written}`)
  run.child.stdin.removeListener('drain', write)
  run.child.stdin.end()
  run.child.stdout.resume()
  const { code, reports } = await run.ended
  t.is(code, 0)
  t.is(reports.length, written / 8)
})

/** Looks again until it holds. */
async function holds(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 20_000) throw new Error(`it never held: ${condition}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

const full = '/dev/full'
const testFull = existsSync(full) ? test : test.skip

testFull('a full disk under stdout: exit code 254, and it says so', async t => {
  const fd = openSync(full, 'w')
  const child = spawn(process.execPath, [main, 'run', worker('add'), '--progress', 'none'], {
    stdio: ['pipe', fd, 'pipe'],
  })
  closeSync(fd)
  let stderr = ''
  child.stderr?.on('data', text => {
    stderr += text
  })
  child.stdin?.on('error', () => {}) // it does not read on
  child.stdin?.end(numbers(100_000))
  const code = await new Promise(resolve => child.once('close', resolve))
  t.is(code, 254)
  t.regex(stderr, /rxboss: Cannot write stdout: ENOSPC/)
})

testFull(
  'what is only printed ends as a run does: a full disk 254, and said; a reader that is gone 141',
  t => {
    for (const args of [['--help'], ['--version'], ['run', '--help'], ['man'], ['describe', '--json']]) {
      const command = [process.execPath, main, ...args].map(one => `'${one}'`).join(' ')
      const shell = (text: string) => spawnSync('bash', ['-c', text], { encoding: 'utf8' })
      const onFull = shell(`${command} > ${full}`)
      t.is(onFull.status, 254)
      t.is(onFull.stderr, 'rxboss: Cannot write stdout: ENOSPC\n')
      const gone = shell(`${command} | true; exit \${PIPESTATUS[0]}`)
      t.is(gone.status, 141)
      t.is(gone.stderr, '')
    }
  },
)

test('a worker that ends this process does not pass for an end of ours: 254, and it says so', async t => {
  const folder = folderWith({ 'exits.mjs': 'process.exit(0)' })
  for (const [args, input] of [
    [['run', worker('any'), '--crew', 'inline', '-q'], '{"n":1}\n{"exits":0}\n{"n":2}\n'],
    [['run', worker('any'), '--crew', 'inline', '-q'], '{"exits":3}\n{"n":2}\n'],
    [['run', join(folder, 'exits.mjs')], '{}\n'],
    [['describe', join(folder, 'exits.mjs')], ''],
  ] as const) {
    const { code, stderr } = await rxboss(args, { input })
    t.is(code, 254)
    t.regex(stderr, /ended before its time, with [03]: did a worker call process\.exit in this thread\?/)
  }
})

testFull('a full disk under stderr costs what is said, and not the exit code', t => {
  for (const [args, code] of [
    [['run', worker('any'), '--retries', '-1'], 255],
    [['run', 'nope.mjs'], 254],
    [['nope'], 255],
  ] as const)
    t.is(spawnSync('bash', ['-c', `"$0" "$@" 2> ${full}`, process.execPath, main, ...args]).status, code)
})

for (const option of ['--failures', '--joblog', '--events', '--trace', '--report']) {
  testFull(`a full disk under ${option} costs that file, is said once, and never the run`, async t => {
    const input = '{"throws":"x"}\n'.repeat(300) + '{"n":1}\n'.repeat(300)
    const { code, stderr, reports } = await rxboss(['run', worker('any'), option, full, '-q'], { input })
    t.is(code, 101, stderr)
    t.is(reports.length, 600)
    t.is(stderr.match(/cannot write .* \/dev\/full: ENOSPC: it is given up/g)?.length, 1, stderr)
  })
}

test('it cannot run: each says why in a line, and ends with 254', async t => {
  const folder = folderWith({
    'throws.mjs': 'throw new Error("on import")',
    'bad.json': '{"n":1}',
    'twice.csv': 'a,a\n1,2\n',
  })
  const cases: readonly (readonly [RegExp, ...string[]])[] = [
    [/no worker file .*missing\.js/, join(folder, 'missing.js')],
    [/nothing\.js exports no worker \(it exports here\)/, worker('nothing')],
    [/Cannot import .*throws\.mjs: on import/, join(folder, 'throws.mjs')],
    [/no ready-made worker 'digets', did you mean 'digest'\?/, 'digets'],
    [/Cannot read .*none\.ndjson: ENOENT/, worker('add'), '-a', join(folder, 'none.ndjson')],
    [/expected one JSON array, got an object/, worker('add'), '-a', join(folder, 'bad.json')],
    [/names 'a' twice/, worker('add'), '-a', join(folder, 'twice.csv')],
    [/Cannot write the job log .*ENOENT/, worker('add'), '--joblog', join(folder, 'no', 'log')],
    [/Cannot make the folder/, worker('add'), '--results', join(folder, 'bad.json', 'r')],
    [/Which attribute is a line\?/, worker('any'), '--input', 'lines'],
  ]
  for (const [why, ...args] of cases) {
    const { code, stderr, stdout } = await rxboss(['run', ...args, ...quiet])
    t.is(code, 254, args.join(' '))
    t.regex(stderr, why)
    t.is(stdout, '')
    t.is(stderr.trim().split('\n').length, 1, stderr)
  }
})

test('it cannot be meant: each says why, and ends with 255', async t => {
  const cases: readonly (readonly [RegExp, ...string[]])[] = [
    [/unknown option '--jbos'\n\(Did you mean --jobs\?\)/, 'run', worker('add'), '--jbos', '3'],
    [/unknown command 'rnu'\n\(Did you mean run\?\)/, 'rnu'],
    [/missing required argument 'worker'/, 'run'],
    [/--timeout: '30' is not a duration: give a unit/, 'run', worker('add'), '--timeout', '30'],
    [/--max-line: '16' is not a size: give a unit/, 'run', worker('add'), '--max-line', '16'],
    [/--load: '80' is not a percentage/, 'run', worker('add'), '--load', '80'],
    [/--rate: '100' is not a rate/, 'run', worker('add'), '--rate', '100'],
    [/--halt: 'soon' is not a rule/, 'run', worker('add'), '--halt', 'soon'],
    [/--jobs: 'many' is not a number of jobs/, 'run', worker('add'), '-j', 'many'],
    [/--input: 'xml' is not an input format/, 'run', worker('add'), '--input', 'xml'],
    [/--retries: '-1' is not a whole number/, 'run', worker('add'), '--retries', '-1'],
    [/--retry-on: 'thrown' is not a code/, 'run', worker('add'), '--retry-on', 'thrown'],
    [/--backoff: '2s\.\.1s' begins with more/, 'run', worker('add'), '--backoff', '2s..1s'],
    [/Allowed choices are threads, processes, inline/, 'run', worker('add'), '--crew', 'thread'],
    [/--each 'n': give NAME=VALUE/, 'run', worker('add'), '--each', 'n'],
    [
      /--each id has 2 values and --each count has 3: they are paired/,
      'run',
      worker('typed'),
      '--each',
      'id=1,2',
      '--each',
      'count=1,2,3',
    ],
    [/--each n: no file matches '\*\.nothing'/, 'run', worker('add'), '--each', 'n=*.nothing'],
    [/--common n is given twice/, 'run', worker('add'), '--common', 'n=1', '--common', 'n=2'],
    [/either --each or --from/, 'run', worker('add'), '--each', 'n=1', '-a', '-'],
  ]
  for (const [why, ...args] of cases) {
    const { code, stderr, stdout } = await rxboss(args)
    t.is(code, 255, args.join(' '))
    t.regex(stderr, why)
    t.is(stdout, '')
  }
})

test('a stdin that is a terminal, and nothing else to read: usage, without waiting', async t => {
  // `script` gives its command a terminal.
  const command = `${process.execPath} ${main} run ${worker('add')}`
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  t.is(status, 255)
  t.regex(
    stdout,
    /No instructions: pipe them in, or give --from FILE, --each NAME=VALUES, or values behind :::/,
  )
})

test('three Ctrl-C in a real terminal end it, each with its word', async t => {
  const command = `${process.execPath} ${main} run ${worker('any')} -j1 --interim --each stuck=30 --common 'notes=["at work"]'`
  const env = { ...process.env, ...plain, TERM: 'xterm' }
  const terminal = spawn('script', ['-qefc', command, '/dev/null'], { env })
  t.teardown(() => terminal.kill('SIGKILL'))
  let screen = ''
  const watchers = new Set<() => void>()
  terminal.stdout.on('data', text => {
    screen += text
    for (const look of watchers) look()
  })
  const shows = (text: string) =>
    new Promise<void>(resolve => {
      const look = () => {
        if (screen.includes(text)) resolve()
      }
      watchers.add(look)
      look()
    })
  const ended = new Promise(resolve => terminal.once('close', resolve))
  await shows('"note":"at work"')
  terminal.stdin.write('\u0003')
  await shows('finishing 1 running; again to stop now')
  await beyondEcho()
  terminal.stdin.write('\u0003')
  await shows('stopping')
  await beyondEcho()
  terminal.stdin.write('\u0003')
  t.is(await ended, 130)
})
