/**
 * Shards: one actor for each range of keys, so that what belongs to one key is handled in order by one of them, and needs no
 * lock, while different keys are handled at once.
 *
 *     message ──► keyOf ──► hash ──► shard 0 .. count-1 ──► out$
 *
 * Seen from outside it is one actor. Its mailbox keeps nothing: what it takes is in the mailbox of a shard.
 */

import { AsyncSubject, lastValueFrom, map, merge, type Observable, Subject } from 'rxjs'

import { aFunction, checking, wholeNumberFrom } from '../words/check.ts'
import { showValue } from '../words/show-value.ts'
import { type Actor, type Exit, refOf } from './actor.ts'
import type { ActorDefinition } from './actor-definition.ts'
import { deadLetter } from './actor-event.ts'
import type { PlacedOptions } from './behaviour.ts'
import { Mailbox } from './mailbox.ts'
import { spawn } from './spawn.ts'

/** How many there are, and what decides which of them a message goes to. The rest is as for `spawn`, for each shard. */
export interface ShardOptions<M> extends PlacedOptions<M> {
  readonly count: number
  /** What the messages that one shard must handle have in common. */
  readonly keyOf: (message: M) => string | number | bigint
}

const check = checking('spawn shards')

/**
 * Starts `count` actors of one definition. Messages with the same key go to the same one, in their order.
 *
 * An actor like any other: `end` ends them all, and it exits when the last of them has. One that fails for good stops the
 * others, and is how the whole has failed. A mailbox's `capacity` is that of each shard.
 *
 * @throws {TypeError} when `count` is not a whole number, 1 or more, `keyOf` is not a function, or as `spawn` does
 *
 * @example
 * const accounts = shards(account, { on: threads(), count: 4, keyOf: ({ account }) => account })
 * accounts.ref.next({ type: 'put', account: 'ann', amount: 40 })
 *
 * @see cluster sharding in Akka and Pekko, partitions in Kafka
 */
export function shards<M, O>(
  definition: ActorDefinition<M, O>,
  { count, keyOf, name = definition.name, ...options }: ShardOptions<M>,
): Actor<M, O> {
  check('count', count, { ...wholeNumberFrom(1), holds: n => Number.isInteger(n) && (n as number) >= 1 })
  check('keyOf', keyOf, aFunction)
  const all = Array.from({ length: count }, (_, i) => spawn(definition, { ...options, name: `${name}/${i}` }))
  const shardOf = (message: M) => all[slotOf(mustBeKey(keyOf(message), name), count)] as Actor<M, O>
  const end = () => {
    for (const shard of all) shard.end()
  }
  const stop = () => {
    for (const shard of all) shard.stop()
  }
  const mailbox = mailboxOver(all, { shardOf, end, overflow: options.mailbox?.overflow })
  const out$ = new Subject<O>()
  for (const shard of all) shard.out$.subscribe(output => out$.next(output))
  const exit$ = allGone(all, stop)
  exit$.subscribe(() => {
    mailbox.complete()
    out$.complete()
  })
  const letters$ = mailbox.deadLetters$.pipe(map(letter => deadLetter(name, letter)))
  return {
    name,
    mailbox,
    ref: refOf(mailbox),
    out$: out$.asObservable(),
    exit$,
    inspect$: merge(letters$, ...all.map(shard => shard.inspect$)),
    end,
    stop,
    [Symbol.asyncDispose]: async () => {
      stop()
      await lastValueFrom(exit$)
    },
  }
}

interface Behind<M, O> {
  readonly shardOf: (message: M) => Actor<M, O>
  readonly end: () => void
  readonly overflow: 'fail' | 'dropNewest' | 'dropOldest' | undefined
}

/** A mailbox that is a door: its queue is those of the shards. What they lose of what they took is told here, too. */
function mailboxOver<M, O>(
  all: readonly Actor<M, O>[],
  { shardOf, end, overflow = 'fail' }: Behind<M, O>,
): Mailbox<M> {
  const releases: (() => void)[] = []
  const mailbox: Mailbox<M> = new Mailbox<M>({
    overflow,
    queue: {
      get size() {
        return all.reduce((sum, shard) => sum + shard.mailbox.size, 0)
      },
      push: message => {
        const offered = shardOf(message).mailbox.offer(message)
        if (!offered.ok)
          throw offered.error ?? Object.assign(new Error(offered.reason), { code: offered.reason })
      },
      take: () => {
        throw new Error('The shards take for themselves')
      },
      ownedBy: () => {},
      held: held => {
        for (const release of releases.splice(0)) release()
        if (held) releases.push(...all.map(shard => shard.mailbox.hold()))
      },
      end,
    },
  })
  for (const shard of all)
    shard.mailbox.deadLetters$.subscribe(letter => {
      if (letter.why !== 'full' && letter.why !== 'closed') mailbox.lose(letter)
    })
  return mailbox
}

/** One exit of many: the first that fails stops the others. */
function allGone(all: readonly Leaver[], stop: () => void): Observable<Exit> {
  const gone$ = new AsyncSubject<Exit>()
  const exits: Exit[] = []
  let failed: Exit | undefined
  for (const { exit$ } of all)
    exit$.subscribe(exit => {
      exits.push(exit)
      if (exit.why === 'failed' && failed === undefined) {
        failed = exit
        stop()
      }
      if (exits.length < all.length) return
      const restarts = exits.reduce((sum, { restarts = 0 }) => sum + restarts, 0)
      const why = exits.some(({ why }) => why === 'stopped') ? 'stopped' : 'ended'
      gone$.next(failed === undefined ? { why, restarts } : { why: 'failed', error: failed.error, restarts })
      gone$.complete()
    })
  return gone$.asObservable()
}

type Leaver = Pick<Actor<never, unknown>, 'exit$'>

function mustBeKey(key: unknown, name: string): string {
  if (typeof key === 'string') return key
  if (typeof key === 'number' || typeof key === 'bigint') return String(key)
  throw new TypeError(
    `Cannot choose a shard of "${name}": 'keyOf' must give a text or a number, got ${showValue(key)}`,
  )
}

/** FNV-1a, 32 bits: the same key is the same slot in every process. */
export function slotOf(key: string, count: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % count
}
