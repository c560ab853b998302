/** An actor runs in the async context in which it was spawned, whoever tells it something; who subscribes, in his own. */

import { AsyncLocalStorage } from 'node:async_hooks'

import test from 'ava'
import { firstValueFrom } from 'rxjs'

import { ask, type Context, type Exit, Mailbox, type Ref, spawn } from '../../src/index.ts'

const store = new AsyncLocalStorage<string>()

function watch() {
  const seen = new Map<string, Set<string | undefined>>()
  const see = (who: string) => void seen.set(who, (seen.get(who) ?? new Set()).add(store.getStore()))
  return { see, seen: () => Object.fromEntries([...seen].map(([who, stores]) => [who, [...stores]])) }
}

type Message = 'fail' | 'kill' | 'later' | Exit | { readonly replyTo: Ref<number> }

test('setup, handler, children, cleanups and backoff see where the actor was spawned', async t => {
  const { see, seen } = watch()
  const parent = store.run('spawned', () =>
    spawn(
      (context: Context<Message>) => {
        see('setup')
        context.onCleanup(() => see('cleanup'))
        const child = context.spawn<string, unknown>(() => () => {
          see('child')
          throw new Error('as told')
        })
        context.watch(child, exit => {
          see('watch')
          return exit
        })
        context.after(1, 'later')
        return message => {
          see('handler')
          if (message === 'kill') child.ref.next('die')
          if (message === 'fail') throw new Error('as told')
          if (typeof message === 'object' && 'replyTo' in message) message.replyTo.next(1)
          return 'out'
        }
      },
      {
        supervise: {
          max: 1,
          within: 1000,
          backoff: () => {
            see('backoff')
            return 0
          },
        },
      },
    ),
  )
  store.run('watched', () => {
    parent.out$.subscribe(() => see('out$'))
    parent.exit$.subscribe({ next: () => see('exit$'), complete: () => see('exit$') })
    parent.inspect$.subscribe(() => see('inspect$'))
    parent.mailbox.deadLetters$.subscribe(() => see('deadLetters$'))
  })
  store.run('told', () => {
    parent.ref.next('kill')
    parent.ref.next('fail')
  })
  await store.run('asked', () => firstValueFrom(ask(parent, {}, 1000)))
  store.run('asked', () => ask(parent, {}, 1000).subscribe(() => see('reply')))
  store.run('told', () => {
    parent.end()
    parent.ref.next('kill')
  })
  await firstValueFrom(parent.exit$)
  const [spawned, watched] = [['spawned'], ['watched']]
  t.deepEqual(seen(), {
    setup: spawned,
    handler: spawned,
    child: spawned,
    watch: spawned,
    cleanup: spawned,
    backoff: spawned,
    out$: watched,
    exit$: watched,
    inspect$: watched,
    deadLetters$: watched,
    reply: ['asked'],
  })
})

test('who subscribes to a mailbox is called where it did, several each in their own', t => {
  const { see, seen } = watch()
  const mailbox = new Mailbox<number>()
  for (const who of ['a', 'b'])
    store.run(who, () => mailbox.subscribe({ next: () => see(who), complete: () => see(who) }))
  store.run('a', () => mailbox.deadLetters$.subscribe(() => see('dead letter')))
  store.run('c', () => {
    mailbox.next(1)
    mailbox.complete()
    mailbox.next(2)
  })
  t.deepEqual(seen(), { a: ['a'], b: ['b'], 'dead letter': ['a'] })
})
