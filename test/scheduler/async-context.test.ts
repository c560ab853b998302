/** `schedule` and `pull` call work, rules, iterators and readers in the async context of who subscribed, whoever woke them. */

import { AsyncLocalStorage } from 'node:async_hooks'

import test from 'ava'
import { Subject } from 'rxjs'

import { eachValueFrom, exclusive, maxThreads, pull, schedule, scheduler } from '../../src/index.ts'

const store = new AsyncLocalStorage<string>()

function watch() {
  const seen = new Map<string, Set<string | undefined>>()
  const see = (who: string) => void seen.set(who, (seen.get(who) ?? new Set()).add(store.getStore()))
  return { see, seen: () => Object.fromEntries([...seen].map(([who, stores]) => [who, [...stores]])) }
}

test('schedule: work, rules and readers see where it was subscribed to', t => {
  const { see, seen } = watch()
  const given$ = new Subject<{ n: number }>()
  const works: Subject<number>[] = []
  const rules = scheduler(
    maxThreads(1),
    exclusive(() => {
      see('rule')
      return []
    }),
  )
  const perform = () => {
    see('perform')
    const work$ = new Subject<number>()
    works.push(work$)
    return work$
  }
  const scheduled$ = store.run('defined', () => given$.pipe(schedule(perform, rules)))
  store.run('read', () => scheduled$.subscribe({ next: () => see('next'), complete: () => see('complete') }))
  store.run('given', () => {
    for (let n = 0; n < 3; n++) given$.next({ n })
    given$.complete()
  })
  store.run('worked', () => {
    for (let n = 0; n < 3; n++) {
      works[n]?.next(n)
      works[n]?.complete()
    }
  })
  const read = ['read']
  t.deepEqual(seen(), { rule: read, perform: read, next: read, complete: read })
})

test('schedule: a rule that throws, and work that fails, are errors there', t => {
  const { see, seen } = watch()
  const failing$ = new Subject<never>()
  const broken = exclusive(() => {
    throw new Error('of the rule')
  })
  for (const [who, rules, work$] of [
    ['rule', scheduler(maxThreads(1), broken), failing$],
    ['work', maxThreads(1), failing$],
  ] as const) {
    const given$ = new Subject<{ n: number }>()
    store.run('read', () => given$.pipe(schedule(() => work$, rules)).subscribe({ error: () => see(who) }))
    store.run('given', () => given$.next({ n: 1 }))
  }
  store.run('worked', () => failing$.error(new Error('of the work')))
  t.deepEqual(seen(), { rule: ['read'], work: ['read'] })
})

test('pull: whoever asks for more, the iterator advances and ends where it was subscribed to', async t => {
  const { see, seen } = watch()
  function* numbers() {
    try {
      for (let n = 0; ; n++) {
        see('sync')
        yield { n }
      }
    } finally {
      see('sync')
    }
  }
  async function* later() {
    try {
      for (let n = 0; ; n++) {
        see('async')
        yield { n }
      }
    } finally {
      see('async')
    }
  }
  for (const iterable of [numbers(), later()]) {
    const read = store.run('subscribed', () =>
      eachValueFrom(pull<{ n: number }>(iterable), { window: 2 })[Symbol.asyncIterator](),
    )
    const first = store.run('subscribed', () => read.next())
    await first
    for (let i = 0; i < 20; i++) await store.run('reads', () => read.next())
    await store.run('reads', () => read.return?.())
  }
  t.deepEqual(seen(), { sync: ['subscribed'], async: ['subscribed'] })
})
