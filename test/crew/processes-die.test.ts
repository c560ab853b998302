/** How child processes end: what they have said is heard, and who is blamed. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'

import { environmentForChild, forChild } from '../../src/crew/child-arguments.ts'
import { openRecorder } from '../../src/crew/processes/flight-recorder.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { type ProcessesOptions, processes } from '../../src/entries/processes.ts'
import { plusOne } from '../fixtures/basic.ts'
import { abrupt, vandal } from '../fixtures/odd-values.ts'
import { tryLane } from './try-lane.ts'

const open = (options: ProcessesOptions = {}) => {
  const one = tryLane(processes(options), [abrupt, plusOne, vandal])
  one.open()
  return one
}

for (const size of [500_000, 20_000_000]) {
  test.serial(`a result of ${size} characters is heard, though its process is closed at once`, async t => {
    const one = open()
    const job = one.give({ attributes: { how: 'result', size } })
    const exit = await one.close()
    t.like(exit, { why: 'closed', begun: [], queued: [], lost: [] })
    t.deepEqual(
      one.outcomes().map(([done, result]) => [done, (result as string).length]),
      [[job, size]],
    )
  })

  for (const how of ['exit later', 'throw later']) {
    test.serial(`a result of ${size} characters is heard, though its process ends: ${how}`, async t => {
      const one = open()
      one.give({ attributes: { how, size } })
      const exit = await one.exit
      t.like(exit, { why: 'crashed', begun: [], queued: [], lost: [] })
      t.is((one.outcomes()[0]?.[1] as string | undefined)?.length, size)
    })
  }

  test.serial(`notes and text of ${size} characters before an exit are heard`, async t => {
    const one = open()
    one.give({ attributes: { how: 'note', size } })
    one.give({ attributes: { how: 'print', size } })
    one.give({ attributes: { how: 'exit', size } })
    const exit = await one.exit
    t.like(exit, { why: 'crashed', begun: [2], queued: [], lost: [] })
    t.is((one.notes()[0] as string).length, size)
    t.is(one.printed().length, size)
  })
}

for (const how of ['throw later', 'exit later', 'kill later']) {
  test.serial(
    `what is given to a process that dies of what its last job left behind never began: ${how}`,
    async t => {
      for (let round = 0; round < 10; round++) {
        const one = open()
        one.give({ attributes: { how, size: 1 } })
        await one.settled(1)
        // Given at every moment of its death, until it is gone.
        const given: number[] = []
        while (!one.events.some(event => event.type === 'exit')) {
          if (one.lane.held === 0) given.push(one.give({ definition: 1, attributes: { n: 1 } }))
          await new Promise(resolve => setImmediate(resolve))
        }
        const exit = await one.exit
        t.like(exit, { why: 'crashed', begun: [], lost: [] })
        t.deepEqual([...one.outcomes().map(([job]) => job), ...exit.queued], [0, ...given])
      }
    },
  )
}

test.serial('a process that is killed in its work: that job is blamed', async t => {
  const one = open()
  one.give({ definition: 1, attributes: { n: 1 } })
  one.give({ attributes: { how: 'kill', size: 1 } })
  t.like(await one.exit, { why: 'crashed', begun: [1], queued: [], lost: [] })
})

for (const [name, crew] of Object.entries({ processes: () => processes(), threads: () => threads() })) {
  test.serial(`${name}: work that takes away everything global takes nothing from the next one`, async t => {
    const one = tryLane(crew(), [vandal, plusOne])
    one.open()
    one.give({})
    await one.settled(1)
    one.give({ definition: 1, attributes: { n: 1 } })
    await one.settled(2)
    t.deepEqual(one.outcomes(), [
      [0, 'vandalised'],
      [1, 2],
    ])
    await one.terminate()
  })
}

test("a debugger's arguments, and what makes a program of an argument, reach no child", t => {
  const given =
    '--inspect --inspect-brk=0 --inspect-port 0 --max-old-space-size=100 --input-type=module -e code --no-warnings'
  t.deepEqual(forChild(given.split(' ')), ['--max-old-space-size=100', '--no-warnings'])
  t.deepEqual(forChild(['-p', '1', '--debug-port=9', '--import', './a.mjs']), ['--import', './a.mjs'])
  const env = { NODE_OPTIONS: '--require "./a b.js" --inspect-brk=0  --inspect-port 1 --no-warnings', A: '1' }
  t.deepEqual(environmentForChild(env), { A: '1', NODE_OPTIONS: '--require "./a b.js" --no-warnings' })
  const plain = { NODE_OPTIONS: '--no-warnings' }
  t.is(environmentForChild(plain), plain)
})

/** A program beside this build, so that it finds the package by its own name. */
const program = (code: string, nodeArguments: readonly string[] = [], env = {}) =>
  execFileSync(
    process.execPath,
    [...nodeArguments, ...(code === '' ? [] : ['--input-type=module', '-e', code])],
    {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, ...env },
    },
  )

const squares = (crew: string) => `
  import { Boss, threads } from 'rxboss'
  import { processes } from 'rxboss/processes'
  import square from ${JSON.stringify(new URL('../fixtures/square.js', import.meta.url).href)}
  const boss = new Boss({ workers: [square], crew: ${crew} })
  boss.give({ n: 3 })
  boss.end()
  boss.makeThemWork()
  const { counts } = await boss.waitTillFinished()
  console.log('done:', counts.done)`

for (const crew of ['processes()', 'threads()']) {
  test.serial(`a program given to node by -e uses ${crew} with a worker from a file`, t => {
    t.regex(program(squares(crew)), /^done: 1\n$/)
  })

  test.serial(`a worker that is defined in code given by -e is refused at once by ${crew}`, t => {
    const code = `
      import { Boss, threads } from 'rxboss'
      import { processes } from 'rxboss/processes'
      import { defineWorker } from 'rxboss/worker'
      const here = defineWorker(import.meta, { name: 'here', work: () => 1 })
      try { new Boss({ workers: [here], crew: ${crew} }) } catch (error) { console.log(error.message) }`
    t.regex(program(code), /^Cannot run worker "here" in a (thread|process): there is no file to run/)
  })
}

test.serial('NODE_OPTIONS with a debugger: children start, and work', t => {
  const file = join(mkdtempSync(join(tmpdir(), 'rxboss-inspect-')), 'run.mjs')
  const code = squares("processes({ env: { ...process.env, NODE_OPTIONS: '--inspect-brk=0' } })")
  writeFileSync(
    file,
    code.replace(/'rxboss(\/\w+)?'/g, (_, path = '') => `'${import.meta.resolve(`rxboss${path}`)}'`),
  )
  t.regex(execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 20_000 }), /^done: 1\n$/)
})

test('where the jobs of a child stood is known after its file is closed: an exit is heard when it is its turn', t => {
  const recorder = openRecorder()
  if (recorder === undefined) return t.fail('no place for temporary files')
  writeSync(recorder.fd, new Uint8Array(new Float64Array([2, 1]).buffer), 0, 16, 0)
  const standingOf = recorder.standing()
  recorder.close()
  t.deepEqual([0, 1, 2, 3].map(standingOf), ['finished', 'finished', 'begun', 'queued'])
})
