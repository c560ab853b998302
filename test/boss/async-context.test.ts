/** Callbacks run in the async context of who registered them (1.9): `AsyncLocalStorage` works as it does with `fetch`. */

import { AsyncLocalStorage } from 'node:async_hooks'

import test from 'ava'
import { firstValueFrom, lastValueFrom, of } from 'rxjs'

import { processes } from '../../src/entries/processes.ts'
import {
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
import square from '../fixtures/square.ts'

const store = new AsyncLocalStorage<string>()
const crews: Record<string, () => Crew> = { inline, threads, processes }

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
