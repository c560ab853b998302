/**
 * Children live no longer than the life that spawned them, and nobody fails without somebody to hear of it; timers and
 * watches end with the life, too.
 */

import test from 'ava'
import { finalize, firstValueFrom, lastValueFrom, NEVER, type Observable, of, Subject } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'

import type { Actor, Exit, Ref } from '../../src/actor/actor.ts'
import type { Behaviour, Context } from '../../src/actor/behaviour.ts'
import { spawn } from '../../src/actor/spawn.ts'

function seen<A>(stream$: Observable<A>): (A | '|')[] {
  const values: (A | '|')[] = []
  stream$.subscribe({ next: value => values.push(value), complete: () => values.push('|') })
  return values
}

const virtually = (t: { deepEqual(actual: unknown, expected: unknown): void }) =>
  new TestScheduler((actual, expected) => t.deepEqual(actual, expected))

/** Fails on a negative number. */
const positive = () => (n: number) => {
  if (n < 0) throw new RangeError(`${n} is negative`)
  return n
}

/** A parent that keeps nothing but children, and hands them out. */
function nursery<M, O>(behaviours: readonly Behaviour<M, O>[], log: string[] = []) {
  const children: Actor<M, O>[] = []
  const parent: Actor<string, void> = spawn(({ spawn, onCleanup }: Context<string>) => {
    onCleanup(() => void log.push('parent cleans up'))
    for (const behaviour of behaviours) children.push(spawn(behaviour))
    return message => void log.push(message)
  })
  return { parent, children }
}

test('a child is named after its parent, unless it has a name of its own', t => {
  const names: string[] = []
  spawn(
    ({ spawn }: Context<string>) => {
      names.push(spawn(positive).name, spawn(positive).name, spawn(positive, { name: 'own' }).name)
      return () => {}
    },
    { name: 'parent' },
  )
  t.deepEqual(names, ['parent/1', 'parent/2', 'own'])
})

test('children are stopped with the parent that is stopped, last first, in their turn among its cleanups, before its exit', t => {
  const log: string[] = []
  const child =
    (name: string) =>
    ({ onCleanup }: Context<number>) => {
      onCleanup(() => void log.push(`${name} cleans up`))
      return positive()
    }
  const parent = spawn(({ spawn, onCleanup }: Context<number>) => {
    for (const name of ['a', 'b']) spawn(child(name)).exit$.subscribe(({ why }) => log.push(`${name} ${why}`))
    onCleanup(() => void log.push('parent cleans up'))
    return positive()
  })
  parent.exit$.subscribe(({ why }) => log.push(`parent ${why}`))
  parent.stop()
  t.deepEqual(log, [
    'parent cleans up',
    'b cleans up',
    'b stopped',
    'a cleans up',
    'a stopped',
    'parent stopped',
  ])
})

test('a parent that ends lets its children handle what they have, each with their output, and exits after them', t => {
  virtually(t).run(({ hot, cold, expectObservable }) => {
    const out$ = new Subject<string>()
    const parent = spawn(({ spawn }: Context<string>) => {
      const child = spawn((): ((name: string) => Observable<string>) => name => cold(`--${name}|`))
      child.out$.subscribe(out$)
      return name => child.ref.next(name)
    })
    hot('                               ab|').subscribe(parent.mailbox)
    expectObservable(out$).toBe('       --a--b|')
    expectObservable(parent.exit$).toBe('------(x|)', { x: { why: 'ended', restarts: 0 } })
  })
})

test('a stop cuts short the children of a parent that is ending', t => {
  const { parent, children } = nursery([() => () => NEVER])
  children[0]?.ref.next('never done')
  parent.end()
  const exits = seen(parent.exit$)
  t.deepEqual(exits, [])
  parent.stop()
  t.deepEqual(exits, [{ why: 'stopped', restarts: 0 }, '|'])
})

test('a child that fails for good fails its parent, after the handler that is running; its output at work is cut', t => {
  const log: string[] = []
  const parent = spawn(
    ({ spawn }: Context<string>) => {
      const child = spawn(positive, { name: 'child' })
      return message => {
        log.push(message)
        if (message === 'fail') child.ref.next(-1)
        log.push('handled')
        return NEVER.pipe(finalize(() => log.push('output cut')))
      }
    },
    { name: 'parent' },
  )
  const exits = seen(parent.exit$)
  parent.ref.next('fail')
  parent.ref.next('waits')
  t.deepEqual(log, ['fail', 'handled', 'output cut'])
  const { why, error } = exits[0] as Exit
  t.is(why, 'failed')
  t.is((error as Error).message, 'Child "child" failed: RangeError: -1 is negative')
  t.deepEqual((error as Error).cause, new RangeError('-1 is negative'))
})

test('a parent that is supervised is set up again with new children after one of them failed for good; the others were stopped', t => {
  const time = virtually(t)
  time.run(({ hot, expectObservable }) => {
    const log: string[] = []
    let life = 0
    const parent = spawn(
      ({ spawn }: Context<number>) => {
        const own = ++life
        const weak = spawn(positive, { supervise: { max: 0, within: 0 } })
        spawn(positive).exit$.subscribe(({ why }) => log.push(`sibling of life ${own} ${why}`))
        return n => {
          weak.ref.next(n)
          return `${own}:${n}`
        }
      },
      { clock: time, supervise: { max: 1, within: 100, backoff: () => 2 } },
    )
    hot('                              a-b-c', { a: 1, b: -1, c: 2 }).subscribe(parent.ref)
    expectObservable(parent.out$).toBe('a-b-c', { a: '1:1', b: '1:-1', c: '2:2' })
    time.schedule(() => t.deepEqual(log, ['sibling of life 1 stopped']), 10)
  })
})

test('a child that is supervised survives without its parent noticing', t => {
  const time = virtually(t)
  time.run(({ hot, expectObservable }) => {
    const out$ = new Subject<number>()
    const parent = spawn(
      ({ spawn }: Context<number>) => {
        const child = spawn(positive, { supervise: { max: 1, within: 10 } })
        child.out$.subscribe(out$)
        return n => child.ref.next(n)
      },
      { clock: time },
    )
    hot('                   a-b-c', { a: 1, b: -1, c: 2 }).subscribe(parent.ref)
    expectObservable(out$).toBe('a---c', { a: 1, c: 2 })
    expectObservable(parent.exit$).toBe('')
  })
})

test('a parent that watches a child hears of its exit by a message, and goes on', t => {
  const log: unknown[] = []
  const parent = spawn(({ spawn, watch }: Context<number | Exit>) => {
    const child = spawn(positive)
    watch(child, exit => exit)
    return message => {
      if (typeof message === 'number') child.ref.next(message)
      else log.push(message.why, message.error)
    }
  })
  parent.ref.next(-1)
  t.deepEqual(log, ['failed', new RangeError('-1 is negative')])
  parent.stop()
  t.deepEqual(seen(parent.exit$), [{ why: 'stopped', restarts: 0 }, '|'])
})

test('what a watch tells passes a full mailbox, and comes after what waits', t => {
  const gate$ = new Subject<never>()
  const log: string[] = []
  const clerk = spawn(positive)
  const watcher = spawn(
    ({ watch }: Context<string>) => {
      watch(clerk, ({ why }) => `clerk ${why}`)
      return message => {
        log.push(message)
        return gate$
      }
    },
    { mailbox: { capacity: 1 } },
  )
  for (const message of ['at work', 'waits']) t.true(watcher.ref.offer(message).ok)
  t.false(watcher.ref.offer('too many').ok)
  clerk.stop()
  gate$.complete()
  t.deepEqual(log, ['at work', 'waits', 'clerk stopped'])
})

test('whoever watches an actor that has exited is told, too; after the end of that life nobody is', t => {
  const log: string[] = []
  const gone = spawn(positive)
  gone.stop()
  const stays = spawn(positive)
  const watcher = spawn(({ watch }: Context<string>) => {
    watch(gone, ({ why }) => `gone ${why}`)
    watch(stays, ({ why }) => `stays ${why}`)
    return message => void log.push(message)
  })
  const letters = seen(watcher.mailbox.deadLetters$)
  watcher.stop()
  stays.stop()
  t.deepEqual(log, ['gone stopped'])
  t.deepEqual(letters, [])
})

test('a child spawned after an await may still be watched before it fails', async t => {
  const parent = spawn(({ spawn, watch }: Context<string>) => async message => {
    if (message !== 'go') return message
    await null
    const child = spawn((): ((n: number) => void) => {
      throw new Error('stillborn')
    })
    watch(child, ({ why }) => `child ${why}`)
    return undefined
  })
  const output = firstValueFrom(parent.out$)
  parent.ref.next('go')
  t.is(await output, 'child failed')
})

test('a child that fails while its parent cleans up fails the exit of the parent', t => {
  const { parent, children } = nursery([
    ({ onCleanup }: Context<number>) => {
      onCleanup(() => {
        throw new Error('stuck')
      })
      return positive()
    },
  ])
  parent.stop()
  const [exit] = seen(parent.exit$) as [Exit]
  t.is((exit.error as Error).message, `Child "${children[0]?.name}" failed: Error: stuck`)
})

test('a life that is over spawns no more children', async t => {
  let late: Context<number>['spawn'] | undefined
  const parent = spawn(({ spawn }: Context<number>) => {
    late = spawn
    return positive()
  })
  parent.stop()
  await lastValueFrom(parent.exit$)
  t.throws(() => late?.(positive), { message: /that asks for it is over/ })
})

test('100,000 children that come and go leave nothing behind in their parent', t => {
  let came = 0
  const parent = spawn(({ spawn, self }: Context<number>) => n => {
    const child = spawn(() => (_: number) => void came++)
    child.ref.next(1)
    child.end()
    if (n > 1) self.next(n - 1)
  })
  const before = process.memoryUsage().heapUsed
  parent.ref.next(100_000)
  globalThis.gc?.()
  t.is(came, 100_000)
  if (globalThis.gc !== undefined) t.true(process.memoryUsage().heapUsed - before < 10e6)
  const exits = seen(parent.exit$)
  parent.end()
  t.deepEqual(exits, [{ why: 'ended', restarts: 0 }, '|'])
})

test('after sends a message later; unsubscribed, or when its life is over, it does not', t => {
  const time = virtually(t)
  time.run(({ expectObservable, hot }) => {
    const make = () =>
      spawn(
        ({ after }: Context<string>) => {
          after(2, 'a')
          after(3, 'b').unsubscribe()
          after(5, 'c')
          after(Infinity, 'd')
          return message => message
        },
        { clock: time },
      )
    const whole = make()
    const cut = make()
    hot('                             ----s').subscribe(cut.stop)
    expectObservable(whole.out$).toBe('--a--c')
    expectObservable(cut.out$).toBe('  --a-|')
  })
})

test('a timer of one life does not reach the next', t => {
  const time = virtually(t)
  time.run(({ expectObservable, hot }) => {
    let life = 0
    const actor = spawn(
      ({ after }: Context<string>) => {
        life++
        after(4, `from life ${life}`)
        return message => {
          if (message === 'x') throw new Error('x')
          return message
        }
      },
      { clock: time, supervise: { max: 1, within: 100 } },
    )
    hot('                       --x').subscribe(actor.ref)
    expectObservable(actor.out$).toBe('------b', { b: 'from life 2' })
  })
})

test('after takes milliseconds, 0 or more', t => {
  const errors: unknown[] = []
  spawn(({ after }: Context<string>) => {
    for (const ms of [-1, Number.NaN]) errors.push(t.throws(() => after(ms, ''), { instanceOf: TypeError }))
    return () => {}
  })
  t.is(errors.length, 2)
})

test('children tell their parent through its ref, and a pipeline of them is drained by end', t => {
  const sums: number[] = []
  const adder = ({ spawn }: Context<number>) => {
    let sum = 0
    const log = spawn(() => (n: number) => void sums.push(n))
    return (n: number) => {
      sum += n
      log.ref.next(sum)
    }
  }
  const parent = spawn(({ spawn }: Context<number>) => {
    const child: { ref: Ref<number> } = spawn(adder)
    return n => child.ref.next(n)
  })
  of(1, 2, 3).subscribe(parent.mailbox)
  t.deepEqual(sums, [1, 3, 6])
})
