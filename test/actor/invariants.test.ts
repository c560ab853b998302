/** What must never happen to an actor, whatever it is told. */

import { fc, testProp } from '@fast-check/ava'
import {
  concat,
  EMPTY,
  finalize,
  ignoreElements,
  type Observable,
  of,
  throwError,
  timer,
  VirtualTimeScheduler,
} from 'rxjs'

import type { Actor } from '../../src/actor/actor.ts'
import type { Context } from '../../src/actor/behaviour.ts'
import { type DeadLetter, Mailbox, type MailboxOptions } from '../../src/actor/mailbox.ts'
import { spawn } from '../../src/actor/spawn.ts'

/** What a handler does with a message: sends more from inside, then ends in one of these ways, after a while or not. */
interface Job {
  readonly sends: readonly Job[]
  readonly ends: 'returns' | 'throws' | 'completes' | 'errors' | 'stops'
  readonly afterMs: number | undefined
}

const ending = fc.oneof(
  { weight: 6, arbitrary: fc.constant('returns' as const) },
  { weight: 6, arbitrary: fc.constant('completes' as const) },
  { weight: 2, arbitrary: fc.constantFrom('throws' as const, 'errors' as const) },
  { weight: 1, arbitrary: fc.constant('stops' as const) },
)
const { job } = fc.letrec<{ job: Job }>(tie => ({
  job: fc.record({
    sends: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('job'), { maxLength: 3 })),
    ends: ending,
    afterMs: fc.option(fc.nat(3), { nil: undefined }),
  }),
}))

/** What somebody outside does. */
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('tell' as const), jobs: fc.array(job, { maxLength: 5 }) }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(8) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('error' as const, 'stop' as const, 'end' as const) }),
  },
)

const mailboxOptions: fc.Arbitrary<MailboxOptions> = fc.oneof(
  fc.constant({}),
  fc.record({
    capacity: fc.integer({ min: 1, max: 4 }),
    overflow: fc.constantFrom('fail', 'dropNewest', 'dropOldest'),
  }),
)

const supervision = fc.record({ max: fc.constantFrom(0, 2, 1_000), within: fc.nat(20) })
const cleanups = fc.array(
  fc.record({ afterMs: fc.option(fc.nat(3), { nil: undefined }), throws: fc.boolean() }),
  {
    maxLength: 3,
  },
)

/** Time that goes on only when told to. */
function stoppedClock() {
  const clock = new VirtualTimeScheduler(undefined, 0)
  return {
    clock,
    wait: (ms: number) => {
      clock.maxFrames += ms
      clock.flush()
    },
  }
}

interface Sent {
  readonly n: number
  readonly job: Job
}

/** An actor that does jobs, and the books about it. */
function bookkept(options: MailboxOptions, supervise: { max: number; within: number }) {
  const { clock, wait } = stoppedClock()
  const mailbox = new Mailbox<Sent>(options)
  const letters: DeadLetter<Sent>[] = []
  mailbox.deadLetters$.subscribe(letter => letters.push(letter))
  const accepted: number[] = []
  const handled: number[] = []
  let sent = 0
  let atWork = 0
  let mostAtWork = 0

  const send = (job: Job) => {
    const n = sent++
    // Noted before: an idle actor has handled it when `offer` returns.
    accepted.push(n)
    if (!mailbox.offer({ n, job }).ok) accepted.splice(accepted.lastIndexOf(n), 1)
  }

  const performed = ({ n, job: { sends, ends, afterMs } }: Sent): Observable<never> | undefined => {
    handled.push(n)
    sends.forEach(send)
    if (ends === 'returns') return undefined
    if (ends === 'throws') {
      atWork--
      throw new Error(ends)
    }
    if (ends === 'stops') actor.stop()
    const pause$ = afterMs === undefined ? EMPTY : timer(afterMs, clock).pipe(ignoreElements())
    return concat(pause$, ends === 'errors' ? throwError(() => new Error(ends)) : EMPTY)
  }

  const actor: Actor<Sent, never> = spawn(
    () => message => {
      mostAtWork = Math.max(mostAtWork, ++atWork)
      const output$ = performed(message)
      if (output$ === undefined) atWork--
      return output$?.pipe(finalize(() => atWork--))
    },
    { mailbox, clock, supervise: { ...supervise, backoff: nth => nth % 3 } },
  )

  actor.exit$.subscribe() // its failure is no news

  const lost = (why: DeadLetter<Sent>['why']) =>
    letters.flatMap(letter => (letter.why === why && letter.why !== 'error' ? [letter.message.n] : []))
  return { actor, mailbox, wait, send, accepted, handled, lost, letters, mostAtWork: () => mostAtWork }
}

testProp(
  'handlers of one actor never overlap, and handle what was accepted in its order (I13)',
  [fc.array(command, { maxLength: 30 }), mailboxOptions, supervision],
  (t, commands, options, supervise) => {
    const { actor, wait, send, accepted, handled, lost, mostAtWork } = bookkept(options, supervise)
    for (const command of commands) {
      if (command.type === 'tell') command.jobs.forEach(send)
      else if (command.type === 'wait') wait(command.ms)
      else if (command.type === 'error') actor.ref.error('oops')
      else actor[command.type]()
      const gone = new Set([...lost('evicted'), ...lost('abandoned')])
      const expected = accepted.filter(n => !gone.has(n)).slice(0, handled.length)
      t.deepEqual(handled, expected)
    }
    t.true(mostAtWork() <= 1)
  },
  { numRuns: 300 },
)

testProp(
  'at every moment, accepted = handled + evicted + abandoned + queued, across restarts and after the exit (I14)',
  [fc.array(command, { maxLength: 30 }), mailboxOptions, supervision],
  (t, commands, options, supervise) => {
    const { actor, mailbox, wait, send, accepted, handled, lost } = bookkept(options, supervise)
    const balanced = () =>
      t.is(accepted.length, handled.length + lost('evicted').length + lost('abandoned').length + mailbox.size)
    let exits = 0
    actor.exit$.subscribe(() => {
      exits++
      balanced()
    })
    for (const command of commands) {
      if (command.type === 'tell') command.jobs.forEach(send)
      else if (command.type === 'wait') wait(command.ms)
      else if (command.type === 'error') actor.ref.error('oops')
      else actor[command.type]()
      balanced()
      t.true(mailbox.size <= (options.capacity ?? Infinity))
    }
    // A liveness tail: once nobody sends any more, an actor that is to end does so, and forgets nothing.
    actor.end()
    wait(100_000)
    balanced()
    t.is(exits, 1)
    t.is(mailbox.size, 0)
    t.false(mailbox.observed)
  },
  { numRuns: 300 },
)

testProp(
  'a message that is told waits, or is exactly one dead letter, or makes one of an older message',
  [fc.array(job, { minLength: 1, maxLength: 20 }), mailboxOptions, fc.boolean()],
  (t, jobs, options, closes) => {
    const { actor, mailbox, letters } = bookkept(options, { max: 0, within: 0 })
    const release = mailbox.hold()
    if (closes) actor.end()
    for (const [n, job] of jobs.entries()) {
      const before = mailbox.size + letters.length
      actor.ref.next({ n, job })
      t.is(mailbox.size + letters.length, before + 1)
    }
    release()
  },
)

testProp(
  'the cleanups of each setup run once, last first, before the next setup and before exit$ (I16)',
  [
    fc.array(cleanups, { minLength: 1, maxLength: 6 }),
    fc.array(fc.constantFrom('work', 'fail', 'wait', 'stop', 'end')),
  ],
  (t, lives, commands) => {
    const { clock, wait } = stoppedClock()
    const log: string[] = []
    let life = -1

    const behaviour = ({ onCleanup }: Context<string>) => {
      life++
      const own = life
      log.push(`set up ${own}`)
      for (const [i, { afterMs, throws }] of (lives[own] ?? []).entries())
        onCleanup(() => {
          log.push(`clean ${own}.${i}`)
          if (throws && afterMs === undefined) throw new Error('cleanup')
          if (afterMs === undefined) return
          const end$ = throws ? throwError(() => new Error('cleanup')) : of(1)
          return concat(timer(afterMs, clock), end$).pipe(finalize(() => log.push(`cleaned ${own}.${i}`)))
        })
      return (message: string) => {
        if (message === 'fail') throw new Error('handler')
        return timer(1, clock).pipe(ignoreElements())
      }
    }
    const actor = spawn(behaviour, {
      clock,
      supervise: { max: lives.length - 1, within: Infinity, backoff: nth => nth },
    })
    actor.exit$.subscribe(() => log.push('exit'))
    for (const command of commands) {
      if (command === 'wait') wait(2)
      else if (command === 'stop' || command === 'end') actor[command]()
      else actor.ref.next(command)
    }
    actor.stop()
    wait(100_000)

    const expected: string[] = []
    for (let own = 0; own <= life; own++) {
      expected.push(`set up ${own}`)
      const ofThisLife = [...(lives[own] ?? []).entries()].reverse()
      for (const [i, { afterMs }] of ofThisLife) {
        expected.push(`clean ${own}.${i}`)
        if (afterMs !== undefined) expected.push(`cleaned ${own}.${i}`)
      }
    }
    t.deepEqual(log, [...expected, 'exit'])
  },
  { numRuns: 300 },
)
