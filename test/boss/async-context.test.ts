/** Callbacks run in the async context of who registered them (1.9): `AsyncLocalStorage` works as it does with `fetch`. */

import { AsyncLocalStorage } from 'node:async_hooks'

import test from 'ava'
import { concat, firstValueFrom, lastValueFrom, of, throwError } from 'rxjs'

import { processes } from '../../src/entries/processes.ts'
import {
  ask,
  Boss,
  type Crew,
  delegate,
  exclusive,
  inline,
  maxThreads,
  pull,
  scheduler,
  threads,
} from '../../src/index.ts'
import misbehave from '../fixtures/misbehave.ts'
import square from '../fixtures/square.ts'

const store = new AsyncLocalStorage<string>()
const crews: Record<string, () => Crew> = { inline, threads, processes }

/** Who was called, and in which contexts. */
function watch() {
  const seen = new Map<string, Set<string | undefined>>()
  const see = (who: string) => void seen.set(who, (seen.get(who) ?? new Set()).add(store.getStore()))
  return { see, seen: () => Object.fromEntries([...seen].map(([who, stores]) => [who, [...stores]])) }
}

for (const [name, crew] of Object.entries(crews)) {
  test(`${name}: subscribers, rules, sources and runs see the context in which they were registered`, async t => {
    const seen = new Map<string, Set<string | undefined>>()
    const see = (who: string) => {
      const stores = seen.get(who) ?? new Set()
      seen.set(who, stores.add(store.getStore()))
    }
    const boss = store.run('the boss', () => {
      const keysOf = () => {
        see('rule')
        return []
      }
      return new Boss({
        workers: square,
        crew: crew(),
        scheduler: scheduler(maxThreads(1), exclusive(keysOf)),
      })
    })
    store.run('a', () => {
      boss.reports$.subscribe({ next: () => see('reports a'), complete: () => see('reports a') })
      boss.inspect$.subscribe(() => see('inspect a'))
      boss.exit$.subscribe(() => see('exit a'))
    })
    boss.reports$.subscribe(() => see('reports of nobody'))
    boss.notices$.subscribe(() => see('notices of nobody'))
    boss.start()
    await store.run('b', async () => {
      boss.give({ n: 1 })
      t.is(await boss.run({ n: 2 }), 4)
      t.is(store.getStore(), 'b')
      boss.cancel(boss.give({ n: 3 }))
      boss.run$({ n: 4 }).subscribe({ next: () => see('run$ b'), complete: () => see('run$ b') })
    })
    await store.run('c', () =>
      lastValueFrom(
        of({ n: 5 }, { n: 6 }).pipe(boss.delegate(), source$ => {
          source$.subscribe(() => see('delegate c'))
          return source$
        }),
      ),
    )
    store.run('d', () => {
      function* numbers() {
        for (let n = 0; n < 200; n++) {
          see('source d')
          yield { n }
        }
      }
      boss.listen(numbers())
    })
    await store.run('e', () => boss.waitTillFinished())
    await firstValueFrom(boss.exit$)
    t.deepEqual([...seen].map(([who, stores]) => [who, [...stores]]).sort(), [
      ['delegate c', ['c']],
      ['exit a', ['a']],
      ['inspect a', ['a']],
      ['notices of nobody', [undefined]],
      ['reports a', ['a']],
      ['reports of nobody', [undefined]],
      ['rule', ['the boss']],
      ['run$ b', ['b']],
      ['source d', ['d']],
    ])
  })

  test(`${name}: mailboxes, dead letters, backoffs, questions and the end see it, too`, async t => {
    const { see, seen } = watch()
    const backoff = (who: string) => () => {
      see(who)
      return 0
    }
    const boss = store.run('the boss', () => {
      const supervise = { max: 9, within: 1000, backoff: backoff('supervise.backoff') }
      const repeats = { retries: 1, retryOn: ['threw'] as const, backoff: backoff('backoff') }
      return new Boss({ workers: misbehave, crew: crew(), scheduler: maxThreads(1), supervise, ...repeats })
    })
    store.run('a', () => {
      boss.mailbox.subscribe({ next: () => see('mailbox'), complete: () => see('mailbox') })
      boss.mailbox.deadLetters$.subscribe(() => see('dead letter'))
      boss.control.subscribe(() => see('control'))
      boss.exit$.subscribe({ next: () => see('exit'), complete: () => see('exit') })
    })
    store.run('b', () => {
      boss.mailbox.next({ act: 'answer' })
      boss.mailbox.next({ act: 'nothing of the kind' as never })
      boss.mailbox.error(new Error('of who sends'))
      boss.control.next({ type: 'resume' })
    })
    await store.run('c', () => boss.run({ act: 'throwOne' }).catch(() => see('run')))
    if (name !== 'inline')
      for (let i = 0; i < 2; i++)
        await store.run('c', () => boss.run({ act: 'exit3' }).catch(() => see('run')))
    store.run('d', () => ask(boss, { act: 'answer' }, 5000).subscribe(() => see('ask')))
    store.run('e', () => boss.run$({ act: 7 as never }).subscribe({ error: () => see('run$') }))
    store.run('f', () => boss.end())
    await firstValueFrom(boss.exit$)
    t.deepEqual(seen(), {
      mailbox: ['a'],
      'dead letter': ['a'],
      control: ['a'],
      exit: ['a'],
      backoff: ['the boss'],
      ...(name !== 'inline' && { 'supervise.backoff': ['the boss'] }),
      run: ['c'],
      ask: ['d'],
      run$: ['e'],
    })
  })

  test(`${name}: so does who subscribes to a delegate that is defined elsewhere, and is told of its boss and its end`, async t => {
    const { see, seen } = watch()
    const squares = store.run('where it is defined', () =>
      delegate(square, { crew: crew(), onBoss: boss => void boss.reports$.subscribe(() => see('onBoss')) }),
    )
    const failing$ = concat(
      of({ n: 2 }),
      throwError(() => new Error('of the source')),
    )
    for (const [who, source$] of Object.entries({ completes: of({ n: 1 }), errors: failing$ }))
      await new Promise<void>(resolve => {
        const end = () => {
          see(who)
          resolve()
        }
        const told = { next: () => see('report'), complete: end, error: end }
        store.run('mine', () => source$.pipe(squares).subscribe(told))
      })
    const mine = ['mine']
    t.deepEqual(seen(), { onBoss: mine, report: mine, completes: mine, errors: mine })
  })

  test(`${name}: who subscribes to a delegate is told in that context, and its source is pulled there`, async t => {
    const seen = new Set<string | undefined>()
    await new Promise<void>(complete =>
      store.run('mine', () => {
        function* numbers() {
          for (let n = 0; n < 200; n++) {
            seen.add(store.getStore())
            yield { n }
          }
        }
        pull(numbers())
          .pipe(delegate(square, { crew: crew(), scheduler: maxThreads(1) }))
          .subscribe({ next: () => seen.add(store.getStore()), complete })
      }),
    )
    t.deepEqual([...seen], ['mine'])
  })
}
