/** What one behaviour does, wherever it lives: here, on a thread, in a process, in a page. */

import * as t from 'io-ts'
import { type Actor, ask, type Context, defineActor, type Placer, type Ref, ref, spawn } from 'rxboss'
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs'

const Message = t.union([
  t.type({ type: t.literal('add'), n: t.number }),
  t.type({ type: t.literal('sum'), replyTo: ref(t.number) }),
  t.type({ type: t.literal('tell'), to: ref(t.unknown), value: t.unknown }),
  t.type({ type: t.literal('flood'), many: t.number }),
  t.type({ type: t.literal('fail'), how: t.string }),
  t.type({ type: t.literal('later'), ms: t.number, n: t.number }),
  t.type({ type: t.literal('child'), n: t.number }),
  t.type({ type: t.literal('gone'), why: t.string }),
])
type Told = t.TypeOf<typeof Message>

const fail = (how: string): unknown => {
  if (how === 'reject') return Promise.reject(new RangeError('rejected'))
  if (how === 'block') for (;;);
  if (how === 'escape') {
    setTimeout(() => {
      throw new TypeError('nobody catches it')
    })
    return new Promise(() => {})
  }
  throw new RangeError('thrown')
}

export const summer = defineActor(import.meta, {
  name: 'summer',
  message: Message,
  behaviour: (context: Context<Told>) => {
    let sum = 0
    return (message): unknown => {
      switch (message.type) {
        case 'add':
          sum += message.n
          return sum
        case 'sum':
          return message.replyTo.next(sum)
        case 'tell':
          return message.to.next(message.value)
        case 'flood':
          return new Promise(resolve => {
            for (let i = 0; i < message.many; i++) context.self.next({ type: 'add', n: 1 })
            resolve('flooded')
          })
        case 'fail':
          return fail(message.how)
        case 'later':
          context.after(message.ms, { type: 'add', n: message.n })
          return undefined
        case 'child': {
          const child = context.spawn(() => (n: number) => context.self.next({ type: 'add', n }))
          context.watch(child, ({ why }) => ({ type: 'gone', why }))
          child.ref.next(message.n)
          child.end()
          return undefined
        }
        default:
          return `child ${message.why}`
      }
    }
  },
})

const sum = (actor: Actor<Told, unknown>) => firstValueFrom(ask(actor, { type: 'sum' }, 30_000))

/** All that can be seen of it from outside. Equal everywhere, but for deaths, which `inline` would share. */
export async function seen(on: Placer, { deaths }: { readonly deaths: boolean }): Promise<unknown[]> {
  const log: unknown[] = []
  const actor = spawn(summer, { on, supervise: { max: 10, within: 60_000 } })
  const outputs = (count: number) => firstValueFrom(actor.out$.pipe(take(count), toArray()))
  const whys: unknown[] = []
  actor.mailbox.deadLetters$.subscribe(letter => whys.push(letter.why))
  const restarts: string[] = []
  actor.inspect$.subscribe(event => {
    if (event.type === 'actor.restart') restarts.push(event.why)
  })

  const sums = outputs(3)
  for (const n of [1, 2, 3]) actor.ref.next({ type: 'add', n })
  log.push(await sums, await sum(actor))

  const offered = actor.ref.offer({ type: 'add', n: 'four' } as never)
  log.push(offered.ok || offered.reason, !offered.ok && String(offered.error))

  const heard = spawn((_: Context<unknown>) => value => value)
  const told = firstValueFrom(heard.out$)
  actor.ref.next({ type: 'tell', to: heard.ref as Ref<unknown>, value: { deep: [1, new Date(0)] } })
  log.push(await told)

  const flood = outputs(1001)
  actor.ref.next({ type: 'flood', many: 1000 })
  log.push((await flood).length, await sum(actor))

  const late = outputs(1)
  actor.ref.next({ type: 'later', ms: 1, n: 4 })
  log.push(await late)
  const child = outputs(2)
  actor.ref.next({ type: 'child', n: 10 })
  log.push((await child).sort())

  for (const how of ['throw', 'reject']) {
    actor.ref.next({ type: 'add', n: 1 })
    actor.ref.next({ type: 'fail', how })
    actor.ref.next({ type: 'add', n: 5 })
    log.push(await sum(actor))
  }
  log.push([...restarts], [...whys])
  if (deaths) {
    whys.length = 0
    actor.ref.next({ type: 'fail', how: 'escape' })
    actor.ref.next({ type: 'add', n: 7 })
    log.push(await sum(actor), [...whys])
  }
  actor.ref.next({ type: 'add', n: 1 })
  actor.end()
  log.push((await lastValueFrom(actor.exit$)).why)
  return log
}
