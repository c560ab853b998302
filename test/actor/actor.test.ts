import test from 'ava'
import { expectTypeOf } from 'expect-type'
import {
  asyncScheduler,
  finalize,
  firstValueFrom,
  lastValueFrom,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  type Subscription,
  throwError,
  timer,
} from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import type { Actor, Exit } from '../../src/actor/actor.ts'
import type { ActorEvent } from '../../src/actor/actor-event.ts'
import type { Context } from '../../src/actor/behaviour.ts'
import { Mailbox } from '../../src/actor/mailbox.ts'
import { spawn } from '../../src/actor/spawn.ts'
import { supervise } from '../../src/actor/supervise.ts'

const million = 1_000_000

function seen<A>(stream$: Observable<A>): (A | '|')[] {
  const values: (A | '|')[] = []
  stream$.subscribe({ next: value => values.push(value), complete: () => values.push('|') })
  return values
}

/** Fails on a negative number, and passes the others on. */
const positive = () => (n: number) => {
  if (n < 0) throw new RangeError(`${n} is negative`)
  return n
}

test('what a handler puts out is typed by what it returns, and what it is told by its parameter', t => {
  const values = spawn(() => (n: number) => `${n}`)
  expectTypeOf(values).toEqualTypeOf<Actor<number, string>>()
  const promises = spawn((_: Context<number>) => async n => n > 1)
  expectTypeOf(promises).toEqualTypeOf<Actor<number, boolean>>()
  const streams = spawn((_: Context<string>) => text => of(text, text))
  expectTypeOf(streams).toEqualTypeOf<Actor<string, string>>()
  const sometimes = spawn(() => (n: number) => (n > 0 ? of(n) : undefined))
  expectTypeOf(sometimes).toEqualTypeOf<Actor<number, number>>()
  // @ts-expect-error a number is told to an actor of strings
  streams.ref.next(1)
  t.pass()
})

test('values, promises and Observables feed out$ in the order of their messages; nothing feeds nothing', async t => {
  const actor = spawn(() => (what: 'nothing' | 'value' | 'promise' | 'void promise' | 'stream') => {
    if (what === 'value') return 1
    if (what === 'promise') return Promise.resolve(2)
    if (what === 'void promise') return Promise.resolve()
    if (what === 'stream') return of(3, 4)
    return undefined
  })
  const out = seen(actor.out$)
  of(
    'promise' as const,
    'nothing' as const,
    'void promise' as const,
    'stream' as const,
    'value' as const,
  ).subscribe(actor.ref)
  actor.end()
  await lastValueFrom(actor.exit$)
  t.deepEqual(out, [2, 3, 4, 1, '|'])
})

test('of(1).subscribe(ref) does not end the actor, nor does a source that errors', t => {
  const actor = spawn(positive)
  const out = seen(actor.out$)
  of(1).subscribe(actor.ref)
  throwError(() => 'broken').subscribe(actor.ref)
  of(2).subscribe(actor.ref)
  t.deepEqual(out, [1, 2])
})

test('end handles what waits, then exits; a mailbox that completes does the same', t => {
  const actor = spawn(positive)
  const mailbox = new Mailbox<number>()
  const other = spawn(positive, { mailbox })
  const exits = [seen(actor.exit$), seen(other.exit$)]
  const out = seen(other.out$)
  actor.end()
  of(1, 2).subscribe(mailbox)
  t.deepEqual(exits, [
    [{ why: 'ended', restarts: 0 }, '|'],
    [{ why: 'ended', restarts: 0 }, '|'],
  ])
  t.deepEqual(out, [1, 2, '|'])
})

test('end waits for the output at work and for the messages behind it', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ hot, cold, expectObservable }) => {
    const actor = spawn(() => (name: string) => cold(name === 'a' ? '--1--2|' : '3--|'))
    hot('  ab|').subscribe({ next: actor.ref.next, complete: actor.end })
    const out = '  --1--23--|'
    const exit = ' ---------(x|)'
    expectObservable(actor.out$).toBe(out)
    expectObservable(actor.exit$).toBe(exit, { x: { why: 'ended', restarts: 0 } })
  })
})

test('stop cuts the output at work, makes dead letters of what waits, and exits in the same frame', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const output$ = cold('   --1--2--3|')
    const cut = '           ^-----!'
    const actor = spawn(() => () => output$, { name: 'a' })
    hot('                   ab').subscribe(actor.ref)
    hot('                   ------s').subscribe(actor.stop)
    expectObservable(actor.out$).toBe('--1--2|')
    expectSubscriptions(output$.subscriptions).toBe(cut)
    expectObservable(actor.exit$).toBe('------(x|)', { x: { why: 'stopped', restarts: 0 } })
    expectObservable(actor.inspect$).toBe('s-----(dx)', {
      s: { type: 'actor.spawn', actor: 'a', restarts: 0 },
      d: { type: 'actor.deadLetter', actor: 'a', why: 'abandoned', message: 'string' },
      x: { type: 'actor.exit', actor: 'a', why: 'stopped', restarts: 0 },
    })
  })
})

test('stop from inside the handler lets it finish first, and nothing after it', t => {
  const log: string[] = []
  const actor = spawn(({ onCleanup }: Context<number>) => {
    onCleanup(() => void log.push('cleanup'))
    return n => {
      actor.stop()
      log.push(`handled ${n}`)
    }
  })
  actor.exit$.subscribe(({ why }) => log.push(why))
  const release = new Mailbox<number>()
  release.subscribe(n => {
    actor.ref.next(n)
    actor.ref.next(n + 1)
  })
  release.next(1)
  t.deepEqual(log, ['handled 1', 'cleanup', 'stopped'])
})

test('end and stop from inside setup come after it', t => {
  const steps: Record<string, string[]> = { end: [], stop: [] }
  const twice = supervise({ max: 1, within: 1 })
  const time = new TestScheduler(() => {})
  for (const way of ['end', 'stop'] as const) {
    const log = steps[way] as string[]
    let lives = 0
    const actor: Actor<string, void> = spawn(
      ({ onCleanup }: Context<string>) => {
        lives++
        onCleanup(() => void log.push('cleanup'))
        if (lives === 2) actor[way]()
        log.push('set up')
        return message => {
          if (lives === 1) throw new Error('again')
          log.push(message)
        }
      },
      { supervise: twice, clock: time },
    )
    actor.exit$.subscribe(({ why }) => log.push(why))
    actor.ref.next('kills')
    actor.ref.next('waits')
  }
  time.flush()
  t.deepEqual(steps, {
    end: ['set up', 'cleanup', 'set up', 'waits', 'cleanup', 'ended'],
    stop: ['set up', 'cleanup', 'set up', 'cleanup', 'stopped'],
  })
})

test('an actor that nobody supervises fails on its first error, visibly', t => {
  const actor = spawn(positive, { name: 'a' })
  const exits = seen(actor.exit$)
  const out = seen(actor.out$)
  const events = seen(actor.inspect$)
  of(1, -1, 2).subscribe(actor.ref)
  t.deepEqual(exits, [{ why: 'failed', error: new RangeError('-1 is negative'), restarts: 0 }, '|'])
  t.deepEqual(out, [1, '|'])
  t.deepEqual(events, [
    { type: 'actor.spawn', actor: 'a', restarts: 0 },
    { type: 'actor.exit', actor: 'a', why: 'failed: RangeError: -1 is negative', restarts: 0 },
    { type: 'actor.deadLetter', actor: 'a', why: 'closed', message: 'number' },
  ])
})

test('a thrown setup, a rejected promise and an erroring output are failures, too', async t => {
  const broken = new Error('broken')
  const actors = [
    spawn((): ((n: number) => void) => {
      throw broken
    }),
    spawn(() => (_: number) => Promise.reject(broken)),
    spawn(() => (_: number) => throwError(() => broken)),
  ]
  for (const actor of actors) actor.ref.next(1)
  for (const actor of actors)
    t.deepEqual(await lastValueFrom(actor.exit$), { why: 'failed', error: broken, restarts: 0 })
})

test('exit$ emits exactly once, and again to whoever comes late', t => {
  const actor = spawn(positive)
  const early = seen(actor.exit$)
  actor.stop()
  actor.stop()
  actor.end()
  const expected: (Exit | '|')[] = [{ why: 'stopped', restarts: 0 }, '|']
  t.deepEqual(early, expected)
  t.deepEqual(seen(actor.exit$), expected)
})

test('a restart sets up anew after its backoff; the mailbox survives, and what failed is not retried', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ hot, expectObservable }) => {
    const behaviour = () => {
      let count = 0
      return (name: string) => {
        if (name === 'x') throw new Error('x')
        return `${name}${++count}`
      }
    }
    const actor = spawn(behaviour, {
      name: 'a',
      clock: time,
      supervise: { max: 2, within: 100, backoff: nth => 3 * nth },
    })
    hot('                  ab(xc)-d-e--xf-----g').subscribe(actor.ref)
    //                       ^--!      ^-----!        3 ms, then 6 ms without a handler
    const out = '          ab---c-d-e--------fg'
    expectObservable(actor.out$).toBe(out, {
      a: 'a1',
      b: 'b2',
      c: 'c1',
      d: 'd2',
      e: 'e3',
      f: 'f1',
      g: 'g2',
    })
  })
})

test('more failures than the window allows end the actor; spaced out, they do not', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ hot, expectObservable }) => {
    const die = () => (_: string) => {
      throw new Error('dead')
    }
    const make = () => spawn(die, { clock: time, supervise: supervise({ max: 1, within: 5 }) })
    const [often, seldom] = [make(), make()]
    hot('                                x----x').subscribe(often.ref)
    hot('                                x-----x').subscribe(seldom.ref)
    expectObservable(often.exit$).toBe(' -----(x|)', {
      x: { why: 'failed', error: new Error('dead'), restarts: 1 },
    })
    expectObservable(seldom.exit$).toBe('')
  })
})

test('stop and end during a backoff: the one exits at once, the other after what waits', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ hot, expectObservable }) => {
    const make = () => spawn(positive, { clock: time, supervise: { max: 1, within: 100, backoff: () => 5 } })
    const [stopped, ended] = [make(), make()]
    const told = { x: -1, a: 1 }
    hot('                                 x-a', told).subscribe(stopped.ref)
    hot('                                 x-a', told).subscribe(ended.ref)
    hot('                                 ---s').subscribe(stopped.stop)
    hot('                                 ---s').subscribe(ended.end)
    expectObservable(stopped.exit$).toBe('---(x|)', { x: { why: 'stopped', restarts: 0 } })
    expectObservable(ended.exit$).toBe('  -----(x|)', { x: { why: 'ended', restarts: 1 } })
    expectObservable(ended.out$).toBe('   -----(a|)', { a: 1 })
  })
})

test('a backoff that is nonsense fails the actor with both errors, the first one as the cause', t => {
  const actor = spawn(positive, { supervise: { max: 9, within: 9, backoff: () => Number.NaN } })
  const [exit] = seen(actor.exit$)
  t.is(exit, undefined)
  const exits = seen(actor.exit$)
  actor.ref.next(-1)
  const { error } = exits[0] as { error: AggregateError }
  t.deepEqual(error.cause, new RangeError('-1 is negative'))
  t.regex(error.message, /-1 is negative, then while cleaning up: .*'backoff' must give a number/)
})

test('an actor that dies at setup, restarted for ever, lets everybody else live', async t => {
  let setups = 0
  const actor = spawn(
    (): ((n: number) => void) => {
      setups++
      throw new Error('stillborn')
    },
    { supervise: { max: Infinity, within: 0 } },
  )
  t.is(setups, 1)
  await firstValueFrom(timer(0))
  actor.stop()
  t.is((await lastValueFrom(actor.exit$)).why, 'stopped')
})

test('cleanups run last first, each ended before the next, and all before exit$', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const first$ = cold(' --|')
    const last$ = cold('  ---|')
    const actor = spawn(({ onCleanup }: Context<string>) => {
      onCleanup(() => first$)
      onCleanup(() => last$)
      return () => {}
    })
    hot('                                        --s').subscribe(actor.stop)
    expectSubscriptions(last$.subscriptions).toBe('--^--!')
    expectSubscriptions(first$.subscriptions).toBe('-----^-!')
    expectObservable(actor.exit$).toBe('          -------(x|)', { x: { why: 'stopped', restarts: 0 } })
  })
})

test('an output that errors is torn down before the cleanups of its life', t => {
  const log: string[] = []
  const failing$ = new Subject<never>()
  const actor = spawn(({ onCleanup }: Context<number>) => {
    onCleanup(() => void log.push('cleanup'))
    return () => failing$.pipe(finalize(() => log.push('output torn down')))
  })
  actor.exit$.subscribe(() => log.push('exit'))
  actor.ref.next(1)
  failing$.error(new Error('broken'))
  t.deepEqual(log, ['output torn down', 'cleanup', 'exit'])
})

test('an actor that failed for good takes no messages while it cleans up', t => {
  const release$ = new Subject<never>()
  const mailbox = new Mailbox<number>()
  const actor = spawn(
    ({ onCleanup }: Context<number>) => {
      onCleanup(() => release$)
      return positive()
    },
    { mailbox },
  )
  const exits = seen(actor.exit$)
  actor.ref.next(-1)
  t.deepEqual(mailbox.offer(1), { ok: false, reason: 'closed' })
  t.deepEqual(exits, [])
  release$.complete()
  t.like(exits[0], { why: 'failed' })
})

test('an actor spawned and stopped by one handler is never set up', t => {
  let setups = 0
  const parent = spawn(() => (_: number) => {
    const child = spawn(() => {
      setups++
      return () => {}
    })
    child.stop()
    return child.exit$
  })
  const exits = seen(parent.out$)
  parent.ref.next(1)
  t.deepEqual(exits, [{ why: 'stopped', restarts: 0 }])
  t.is(setups, 0)
})

test('stop during a backoff leaves no timer behind', t => {
  const timers: Subscription[] = []
  const schedule: SchedulerLike['schedule'] = (...work: Parameters<SchedulerLike['schedule']>) => {
    const timer = asyncScheduler.schedule(...work)
    timers.push(timer)
    return timer
  }
  const clock = { now: () => 0, schedule }
  const actor = spawn(positive, { clock, supervise: { max: 1, within: 1, backoff: () => 60_000 } })
  actor.ref.next(-1)
  actor.stop()
  t.deepEqual(
    timers.map(({ closed }) => closed),
    [true],
  )
})

test('a cleanup that throws keeps no other from running, and fails the actor visibly', t => {
  const log: string[] = []
  const actor = spawn(({ onCleanup }: Context<string>) => {
    onCleanup(() => void log.push('first'))
    onCleanup(() => throwError(() => new Error('stuck')))
    onCleanup(() => void log.push('last'))
    return () => {}
  })
  const exits = seen(actor.exit$)
  actor.end()
  t.deepEqual(log, ['last', 'first'])
  t.deepEqual(exits, [{ why: 'failed', error: new Error('stuck'), restarts: 0 }, '|'])
})

test('the signal of a life aborts before its cleanups; a cleanup that comes too late runs at once', t => {
  const log: string[] = []
  let late: Context<string>['onCleanup'] = () => {}
  const actor = spawn(({ onCleanup, signal }: Context<string>) => {
    late = onCleanup
    signal.addEventListener('abort', () => log.push('aborted'))
    onCleanup(() => void log.push(`cleanup, aborted: ${signal.aborted}`))
    return () => {}
  })
  actor.stop()
  late(() => void log.push('late'))
  t.deepEqual(log, ['aborted', 'cleanup, aborted: true', 'late'])
})

test('await using stops the actor and waits for its exit', async t => {
  const exit = await (async () => {
    await using actor = spawn(({ onCleanup }: Context<number>) => {
      onCleanup(() => Promise.resolve())
      return positive()
    })
    return actor.exit$
  })()
  t.deepEqual(seen(exit), [{ why: 'stopped', restarts: 0 }, '|'])
})

test('inspect$ tells of restarts and dead letters by kind, never by content', t => {
  const time = new TestScheduler(() => {})
  const actor = spawn(
    () => (order: { type: string; secret: string }) => {
      if (order.type === 'fail') throw new Error('line\nbreak')
    },
    { name: 'a', clock: time, supervise: { max: 1, within: 9, backoff: () => 2 }, mailbox: { capacity: 1 } },
  )
  const events = seen(actor.inspect$)
  actor.ref.next({ type: 'fail', secret: 's' })
  actor.ref.next({ type: 'go', secret: 's' })
  actor.ref.next({ type: 'go', secret: 's' })
  actor.ref.error('oops')
  time.flush()
  t.deepEqual(events, [
    { type: 'actor.spawn', actor: 'a', restarts: 0 },
    { type: 'actor.restart', actor: 'a', why: 'Error: line\ufffdbreak', restarts: 1, delayMs: 2 },
    { type: 'actor.deadLetter', actor: 'a', why: 'full', message: 'go' },
    { type: 'actor.deadLetter', actor: 'a', why: 'error', message: 'oops' },
  ] satisfies ActorEvent[])
})

test('a late watcher of inspect$ learns that there was an actor, and how it ended', t => {
  const actor = spawn(positive, { name: 'a' })
  actor.stop()
  t.deepEqual(seen(actor.inspect$), [
    { type: 'actor.spawn', actor: 'a', restarts: 0 },
    { type: 'actor.exit', actor: 'a', why: 'stopped', restarts: 0 },
  ])
})

test('a watcher or a listener that throws silences nobody', async t => {
  const errors: unknown[] = []
  const { config } = await import('rxjs')
  config.onUnhandledError = error => errors.push(error)
  const actor = spawn(positive)
  const broken = () => {
    throw new Error('listener')
  }
  actor.out$.subscribe(broken)
  actor.exit$.subscribe(broken)
  actor.inspect$.subscribe(broken)
  const out = seen(actor.out$)
  of(1, 2).subscribe(actor.ref)
  actor.end()
  t.deepEqual(out, [1, 2, '|'])
  await firstValueFrom(timer(0))
  t.true(errors.length >= 3)
  config.onUnhandledError = null
})

test('a million messages told from outside, and a million an actor tells itself', t => {
  let told = 0
  const counter = spawn(() => (_: number) => void told++)
  for (let n = 0; n < million; n++) counter.ref.next(n)
  t.is(told, million)

  let itself = 0
  const looper = spawn(({ self }: Context<number>) => n => {
    itself++
    if (n < million) self.next(n + 1)
  })
  looper.ref.next(1)
  t.is(itself, million)
})

test('two actors tell each other a million times without growing the stack', t => {
  let passes = 0
  const pass = (other: () => Actor<number, void>) => () => (n: number) => {
    passes++
    if (n < million) other().ref.next(n + 1)
  }
  const ping: Actor<number, void> = spawn(pass(() => pong))
  const pong: Actor<number, void> = spawn(pass(() => ping))
  ping.ref.next(1)
  t.is(passes, million)
})

test('a ring of 20,000 actors passes a message round without growing the stack', t => {
  const size = 20_000
  let passes = 0
  const ring: Actor<number, void>[] = []
  for (let i = 0; i < size; i++)
    ring.push(
      spawn(() => (n: number) => {
        passes++
        ring[n + 1]?.ref.next(n + 1)
      }),
    )
  ring[0]?.ref.next(0)
  t.is(passes, size)
})

test('an actor without messages keeps nothing: what ended lets go of its mailbox', t => {
  const source$ = new Subject<number>()
  const mailbox = new Mailbox<number>()
  const actor = spawn(positive, { mailbox })
  source$.subscribe(actor.ref)
  actor.stop()
  t.false(mailbox.observed)
  source$.next(1)
  t.is(mailbox.size, 0)
})
