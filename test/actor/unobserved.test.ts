/** A death that nobody observes is told once, and never kills the process: which hears of it is RxJS's own switch. */

import { spawnSync } from 'node:child_process'

import test from 'ava'
import { config, firstValueFrom, merge, timer, VirtualTimeScheduler } from 'rxjs'

import type { Context } from '../../src/actor/behaviour.ts'
import { spawn } from '../../src/actor/spawn.ts'

const broken = () => (_: number) => {
  throw new RangeError('out of paper')
}

async function whatIsTold(act: () => void): Promise<unknown[]> {
  const told: unknown[] = []
  config.onUnhandledError = error => told.push(error)
  act()
  await firstValueFrom(timer(5))
  config.onUnhandledError = null
  return told
}

test.serial(
  'the death of an actor that nobody observes is told once, by name and with its cause',
  async t => {
    const told = await whatIsTold(() => {
      const actor = spawn(broken, { name: 'clerk' })
      actor.ref.next(1)
      actor.ref.next(2)
    })
    t.is(told.length, 1)
    const [error] = told as Error[]
    t.is(error?.message, 'Actor "clerk" failed, and nobody observes it: RangeError: out of paper')
    t.deepEqual(error?.cause, new RangeError('out of paper'))
  },
)

test.serial('one that failed beyond its restarts is told, too', async t => {
  const told = await whatIsTold(() => {
    const clock = new VirtualTimeScheduler()
    const actor = spawn(broken, { clock, supervise: { max: 1, within: 1000 } })
    actor.ref.next(1)
    actor.ref.next(2)
    clock.flush()
  })
  t.is(told.length, 1)
})

test.serial('whoever observes exit$, out$ or inspect$, before or right after, knows by that', async t => {
  const told = await whatIsTold(() => {
    for (const stream of ['exit$', 'out$', 'inspect$'] as const) {
      const early = spawn(broken)
      merge(early[stream]).subscribe()
      early.ref.next(1)
      const late = spawn(broken)
      late.ref.next(1)
      merge(late[stream]).subscribe()
    }
  })
  t.deepEqual(told, [])
})

test.serial('an observer that has left does not know', async t => {
  const told = await whatIsTold(() => {
    const actor = spawn(broken)
    actor.out$.subscribe().unsubscribe()
    actor.ref.next(1)
  })
  t.is(told.length, 1)
})

test.serial('a child that fails is told by its parent alone', async t => {
  const told = await whatIsTold(() => {
    const parent = spawn(
      ({ spawn }: Context<number>) => {
        const child = spawn(broken)
        return n => child.ref.next(n)
      },
      { name: 'parent' },
    )
    parent.ref.next(1)
  })
  t.deepEqual(
    told.map(error => (error as Error).message),
    [
      'Actor "parent" failed, and nobody observes it: Error: Child "parent/1" failed: RangeError: out of paper',
    ],
  )
})

test.serial('an actor that ended or was stopped is no news', async t => {
  const told = await whatIsTold(() => {
    spawn(broken).end()
    spawn(broken).stop()
  })
  t.deepEqual(told, [])
})

/** What a program prints on stderr that has one actor of these. */
function printedBy(program: string): { readonly status: number | null; readonly stderr: string } {
  const spawnUrl = new URL('../../src/actor/spawn.js', import.meta.url).href
  const text = `import { config } from 'rxjs'\nimport { spawn } from '${spawnUrl}'\n${program}`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { status, stderr }
}

test('without config.onUnhandledError it is a line on stderr, and the program goes on', t => {
  const { status, stderr } = printedBy(`
    const actor = spawn(() => () => { throw new RangeError('out of paper') }, { name: 'clerk' })
    actor.ref.next(1)
    setTimeout(() => process.exit(7), 50)
  `)
  t.is(status, 7)
  t.is(stderr.match(/out of paper/g)?.length, 1)
  t.regex(stderr, /^rxboss: Actor "clerk" failed, and nobody observes it: RangeError: out of paper\n +at /)
  t.regex(stderr, /Subscribe to its exit\$/)
})

test('a config.onUnhandledError that throws ends no program either', t => {
  const { status, stderr } = printedBy(`
    config.onUnhandledError = () => { throw new Error('worse') }
    spawn(() => () => { throw null }, { name: 'clerk' }).ref.next(1)
    setTimeout(() => process.exit(7), 50)
  `)
  t.is(status, 7)
  t.regex(stderr, /Actor "clerk" failed, and nobody observes it: null/)
  t.regex(stderr, /config.onUnhandledError failed: Error: worse/)
})
