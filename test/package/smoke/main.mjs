/**
 * The smoke suite: what a user does in the first days, in whatever runtime runs this file. One line for each case; the exit
 * code is the number of those that failed.
 *
 *     node main.mjs [words in names]        bun main.mjs        deno run -A main.mjs
 *
 * `npm run matrix -- smoke` runs it on all of them, with the packed tarball.
 */

import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import {
  ask,
  Boss,
  delegate,
  eachValueFrom,
  exclusive,
  inline,
  inOrder,
  maxThreads,
  pull,
  result,
  scheduler,
  shards,
  spawn,
  threads,
} from 'rxboss'
import { fileJournal, readReports } from 'rxboss/journal'
import { processes } from 'rxboss/processes'
import { fakeDelegate } from 'rxboss/testing'
import { transfer } from 'rxboss/worker'
import { firstValueFrom, from, lastValueFrom, map, of, Subject, switchMap, take, toArray } from 'rxjs'

import {
  adder,
  counting,
  endless,
  exiting,
  moving,
  notes,
  square,
  throwing,
  waiting,
  wrong,
} from './workers.mjs'

const cases = []
const test = (name, run) => cases.push({ name, run })
const all = stream$ => lastValueFrom(stream$.pipe(toArray()))
const numbers = (...values) => from(values.map(n => ({ n })))
const settled = reports => reports.filter(({ kind }) => kind !== 'interim')
const here = name => fileURLToPath(new URL(name, import.meta.url))

/** A boss that is disposed of whatever happens. */
async function withBoss(options, use) {
  const boss = new Boss(options).start()
  try {
    return await use(boss)
  } finally {
    await boss[Symbol.asyncDispose]()
  }
}

const crews = { inline, threads, processes }
for (const [name, crew] of Object.entries(crews)) {
  test(`${name}: results in order`, async () => {
    assert.deepEqual(
      await all(numbers(1, 2, 3).pipe(delegate(square, { crew: crew() }), inOrder(), result())),
      [1, 4, 9],
    )
  })
  test(`${name}: interim reports, then the final one`, async () => {
    const reports = await all(of({ n: 3 }).pipe(delegate(notes, { crew: crew() })))
    assert.deepEqual(
      reports.map(({ kind }) => kind),
      ['interim', 'interim', 'interim', 'done'],
    )
  })
  test(`${name}: an error is a failure with its class and message`, () =>
    withBoss({ workers: [throwing], crew: crew() }, async boss => {
      const error = await boss.run({ what: 'so' }).then(assert.fail, error => error)
      assert.equal(error.failure.code, 'threw')
      assert.ok(error instanceof RangeError && error.message.includes('so'), String(error))
    }))
  test(`${name}: a bad input is refused, and the rest is done`, () =>
    withBoss({ workers: [square], crew: crew() }, async boss => {
      assert.equal((await boss.run({ n: 'x' }).then(assert.fail, error => error)).code, 'refused')
      assert.equal(await boss.run({ n: 3 }), 9)
    }))
  test(`${name}: running work that looks at its signal is cancelled`, () =>
    withBoss({ workers: [waiting], crew: crew() }, async boss => {
      const aborting = new AbortController()
      const run = boss.run({ ms: 60_000 }, { signal: aborting.signal })
      setTimeout(() => aborting.abort(), 300)
      assert.equal((await run.then(assert.fail, error => error)).name, 'AbortError')
    }))
  test(`${name}: what cannot be sent is a failure that says so`, async () => {
    const [report] = settled(await all(of({}).pipe(delegate(wrong, { crew: crew() }))))
    assert.equal(report.kind, name === 'inline' ? 'done' : 'failed')
  })
}
for (const name of ['threads', 'processes']) {
  const crew = crews[name]
  test(`${name}: a timeout ends an endless loop`, () =>
    withBoss({ workers: [endless, square], crew: crew(), graceMs: 50 }, async boss => {
      assert.equal(
        (await boss.run({ worker: 'endless', timeout: 200 }).then(assert.fail, error => error)).code,
        'timeout',
      )
      assert.equal(await boss.run({ worker: 'square', n: 3 }), 9)
    }))
  test(`${name}: work that ends its place is crashed, and the others are done`, () =>
    withBoss({ workers: [exiting, square], crew: crew() }, async boss => {
      const crashed = boss.run({ worker: 'exiting', code: 3 }).then(assert.fail, error => error)
      assert.equal(await boss.run({ worker: 'square', n: 4 }), 16)
      assert.equal((await crashed).code, 'crashed')
    }))
}
test('threads: buffers are moved there and back', () =>
  withBoss({ workers: [moving] }, async boss => {
    const bytes = new Uint8Array(1e6)
    const back = await boss.run(transfer({ bytes }, [bytes.buffer]))
    assert.deepEqual([back[0], back.length, bytes.length], [1, 1e6, 0])
  }))
test('threads: shared memory is shared', () =>
  withBoss({ workers: [counting], scheduler: maxThreads(2) }, async boss => {
    const cells = new SharedArrayBuffer(4)
    await Promise.all(Array.from({ length: 20 }, () => boss.run({ cells })))
    assert.equal(new Int32Array(cells)[0], 20)
  }))
test('retries', () =>
  withBoss({ workers: [exiting], retries: 1 }, async boss => {
    const [report] = settled(await all(boss.run$({ code: 1 })))
    assert.deepEqual([report.kind, report.attempt], ['failed', 2])
  }))
test('1 % of 500 end their thread: all are settled', () =>
  withBoss({ workers: [exiting, square] }, async boss => {
    const runs = Array.from({ length: 500 }, (_, n) =>
      boss.run(n % 100 === 0 ? { worker: 'exiting', code: 1 } : { worker: 'square', n }),
    )
    const ends = await Promise.allSettled(runs)
    assert.equal(ends.filter(({ status }) => status === 'rejected').length, 5)
  }))
test('10,000 instructions', async () => {
  const sum = (
    await all(from(Array.from({ length: 10_000 }, (_, n) => ({ n: n % 7 }))).pipe(delegate(square), result()))
  ).reduce((a, b) => a + b)
  assert.equal(
    sum,
    Array.from({ length: 10_000 }, (_, n) => (n % 7) ** 2).reduce((a, b) => a + b),
  )
})
test('a source is pulled as the work goes on', async () => {
  let taken = 0
  function* endlessly() {
    for (;;) yield { n: taken++ }
  }
  await all(pull(endlessly()).pipe(delegate(square), result(), take(50)))
  assert.ok(taken < 5000, `${taken} taken`)
})
test('switchMap: only the newest question is answered', () =>
  withBoss({ workers: [waiting] }, async boss => {
    const asked$ = new Subject()
    const answers = all(asked$.pipe(switchMap(instruction => boss.run$(instruction).pipe(result()))))
    asked$.next({ ms: 60_000 })
    asked$.next({ ms: 1 })
    asked$.complete()
    assert.deepEqual(await answers, ['waited'])
  }))
test('exclusive: never two at once with the same key', () =>
  withBoss(
    {
      workers: [waiting],
      scheduler: scheduler(
        maxThreads(2),
        exclusive(() => ['one']),
      ),
    },
    async boss => {
      let running = 0
      boss.inspect$.subscribe(({ type }) => {
        if (type === 'instruction.began') assert.ok(++running < 2)
        if (type === 'instruction.settled') running--
      })
      await Promise.all([boss.run({ ms: 20 }), boss.run({ ms: 20 })])
    },
  ))
test('as an async iterable', async () => {
  const seen = []
  for await (const value of eachValueFrom(numbers(1, 2).pipe(delegate(square), inOrder(), result())))
    seen.push(value)
  assert.deepEqual(seen, [1, 4])
})
test('waitTillFinished: counts and status', async () => {
  const boss = new Boss({ workers: [square] })
  boss.setInstructions({ individual: { n: [1, 2, 3] } })
  boss.makeThemWork()
  const { status, counts } = await boss.waitTillFinished()
  assert.deepEqual([status, counts.done], ['finished', 3])
})
test('a subscriber has the async context in which it subscribed', () =>
  withBoss({ workers: [square] }, async boss => {
    const storage = new AsyncLocalStorage()
    const seen = storage.run('mine', () =>
      firstValueFrom(boss.run$({ n: 2 }).pipe(map(() => storage.getStore()))),
    )
    assert.equal(await seen, 'mine')
  }))
test('an actor on this thread, and one on a thread', async () => {
  for (const options of [{}, { on: threads() }]) {
    const actor = spawn(adder, options)
    actor.ref.next({ n: 2 })
    actor.ref.next({ n: 3 })
    assert.equal(await firstValueFrom(ask(actor, replyTo => ({ replyTo }), 20_000)), 5)
    actor.end()
    await firstValueFrom(actor.exit$)
  }
})
test('shards: the same key, the same actor', async () => {
  const actors = shards(adder, { on: threads(), count: 2, keyOf: ({ key }) => key })
  for (const key of ['a', 'b', 'a']) actors.ref.next({ key, n: 1 })
  assert.equal((await firstValueFrom(ask(actors, replyTo => ({ key: 'a', replyTo }), 20_000))) >= 2, true)
  actors.stop()
  await firstValueFrom(actors.exit$)
})
test('fakeDelegate', async () => {
  assert.deepEqual(
    await all(
      of({ n: 2 }).pipe(
        fakeDelegate(square, ({ n }) => n + 1),
        result(),
      ),
    ),
    [3],
  )
})
test('a journal: what is done is not done again', async () => {
  const path = here('run.ndjson')
  rmSync(path, { force: true })
  const once = options =>
    all(numbers(1, 2).pipe(delegate(square, { journal: fileJournal(path, options) }), inOrder(), result()))
  assert.deepEqual(
    [await once(), await once({ resume: true })],
    [
      [1, 4],
      [1, 4],
    ],
  )
  const reports = []
  for await (const report of readReports(path)) reports.push(report)
  assert.equal(reports.length, 2)
})

const command = here('node_modules/rxboss/dist/lib/main.js')
const runtime = process.versions.bun
  ? [process.execPath]
  : globalThis.Deno
    ? [process.execPath, 'run', '-A']
    : [process.execPath]
function rxboss(args, input = '') {
  const [program, ...before] = runtime
  return spawnSync(program, [...before, command, ...args], {
    cwd: here('.'),
    encoding: 'utf8',
    input,
    timeout: 60_000,
  })
}
test('command: NDJSON in, reports out', () => {
  const { stdout, status } = rxboss(['run', './square.mjs', '-k', '-q'], '{"n":2}\n{"n":3}\n')
  assert.deepEqual(
    [
      status,
      stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).result),
    ],
    [0, [4, 9]],
  )
})
test('command: a failure is its exit code', () => {
  assert.equal(rxboss(['run', './square.mjs', '-q'], '{"n":"x"}\n{"n":3}\n').status, 1)
})
test('command: a worker file in TypeScript', () => {
  const { stdout, stderr, status } = rxboss(['run', './typed.ts', '--each', 'n=1..3', '-k', '-q'])
  assert.equal(status, 0, stderr)
  assert.equal(stdout.trim().split('\n').length, 3)
})
test('command: describe, --help, --version', () => {
  assert.match(rxboss(['describe', './square.mjs']).stdout, /square/)
  assert.match(rxboss(['--help']).stdout, /Usage/)
  const { version } = JSON.parse(readFileSync(here('node_modules/rxboss/package.json'), 'utf8'))
  assert.equal(rxboss(['--version']).stdout.trim(), version)
})
test('command: resumed by its journal', () => {
  rmSync(here('cli.ndjson'), { force: true })
  const args = ['run', './square.mjs', '--each', 'n=1..3', '--journal', 'cli.ndjson']
  assert.equal(rxboss([...args, '-q']).status, 0)
  const again = rxboss([...args, '--resume', '-q'])
  assert.deepEqual([again.status, again.stdout], [0, ''])
})
test('command: in child processes', () => {
  assert.equal(
    JSON.parse(rxboss(['run', './square.mjs', '--each', 'n=3', '--crew', 'processes', '-q']).stdout).result,
    9,
  )
})

const words = process.argv.slice(2)
let failed = 0
for (const { name, run } of cases.filter(({ name }) => words.every(word => name.includes(word)))) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('not over after 60 s')), 60_000)
  })
  try {
    await Promise.race([run(), late])
    console.log(`ok ${name}`)
  } catch (error) {
    failed++
    console.log(`not ok ${name}: ${error?.message ?? error}`.split('\n').slice(0, 6).join(' | '))
  } finally {
    clearTimeout(timer)
  }
}
console.log(`${cases.length - failed} of ${cases.length}`)
process.exit(failed)
