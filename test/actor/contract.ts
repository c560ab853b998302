/**
 * What every actor promises, whoever it is and wherever it lives: spawned, on a thread, a hired Worker, a Boss.
 *
 * Goal: that whoever knows one actor knows them all. Method: each case opens an actor of its own that does jobs, and looks
 * only at what the contract names: mailbox, ref, out$, exit$, inspect$, end, stop, ask.
 */

import { setTimeout as pause } from 'node:timers/promises'

import ava from 'ava'
import { firstValueFrom, lastValueFrom, type Observable, of } from 'rxjs'

import type { Actor, Exit } from '../../src/actor/actor.ts'
import type { DeadLetter, MailboxOptions } from '../../src/actor/mailbox.ts'

/** `wait` takes a while, `fail` throws. */
export interface Job {
  readonly n: number
  readonly does: 'answer' | 'wait' | 'fail'
}

/** What comes of a job: its number, and how many jobs that actor has at work, this one included. */
export interface Done {
  readonly n: number
  readonly atWork: number
}

type Doer = Actor<Job, unknown, { readonly type: string }>

export interface Example {
  open(mailbox?: MailboxOptions): Doer
  /** What an output says is done, if it says that. */
  done(output: unknown): Done | undefined
  /** Asks it to do a job. */
  ask(actor: Doer, job: Job): Observable<Done>
  /** What a question comes to whose job fails. */
  failed(reply: Promise<Done>): Promise<unknown>
  /** The type of the event that tells of a dead letter on `inspect$`. */
  readonly deadLetter: string
  /** One case after the other. */
  readonly apart?: boolean
}

const answer = (n: number): Job => ({ n, does: 'answer' })
const wait = (n: number): Job => ({ n, does: 'wait' })

/** Calls `test` once for each promise, with `title` before it. */
export function meetsActorContract(title: string, example: Example): void {
  // Threads and processes that start all at once have each other wait for seconds.
  const test = example.apart ? ava.serial : ava
  const opened = (mailbox?: MailboxOptions) => {
    const actor = example.open(mailbox)
    const done: number[] = []
    const atWork: number[] = []
    let completed = 0
    actor.out$.subscribe({
      next: output => {
        const what = example.done(output)
        if (what === undefined) return
        done.push(what.n)
        atWork.push(what.atWork)
      },
      complete: () => completed++,
    })
    const letters: DeadLetter<Job>[] = []
    actor.mailbox.deadLetters$.subscribe(letter => letters.push(letter))
    const events: string[] = []
    actor.inspect$.subscribe(({ type }) => events.push(type))
    const exits: Exit[] = []
    actor.exit$.subscribe(exit => exits.push(exit))
    return { actor, done, atWork, letters, events, exits, completed: () => completed }
  }

  /** An actor with one job at work, and none that waits. */
  const busy = async (mailbox: MailboxOptions) => {
    const all = opened(mailbox)
    all.actor.ref.next(wait(0))
    while (all.actor.mailbox.size > 0) await pause(1)
    return all
  }

  const ends = (actor: Doer) => lastValueFrom(actor.exit$)
  const lost = (letters: readonly DeadLetter<Job>[]) =>
    letters.map(letter => (letter.why === 'error' ? letter.why : [letter.why, letter.message.n]))

  test(`${title}: messages sent before it is ready wait, and are handled in their order`, async t => {
    const { actor, done } = opened()
    of(answer(0), wait(1), answer(2)).subscribe(actor.ref)
    actor.end()
    t.is((await ends(actor)).why, 'ended')
    t.deepEqual(done, [0, 1, 2])
  })

  test(`${title}: it handles one message at a time`, async t => {
    const { actor, atWork } = opened()
    of(wait(0), wait(1), answer(2)).subscribe(actor.ref)
    actor.end()
    await ends(actor)
    t.deepEqual(atWork, [1, 1, 1])
  })

  test(`${title}: what is sent while it puts something out is handled after that, never within`, async t => {
    const { actor } = opened()
    const log: string[] = []
    actor.out$.subscribe(output => {
      const what = example.done(output)
      if (what === undefined) return
      log.push(`${what.n} begins`)
      if (what.n === 0) actor.ref.next(answer(1))
      log.push(`${what.n} ends`)
      if (what.n === 1) actor.end()
    })
    actor.ref.next(answer(0))
    await ends(actor)
    t.deepEqual(log, ['0 begins', '0 ends', '1 begins', '1 ends'])
  })

  test(`${title}: a full mailbox refuses: offer says so, next makes a dead letter, which inspect$ tells of`, async t => {
    const { actor, letters, events, done } = await busy({ capacity: 2 })
    t.deepEqual(
      [1, 2, 3].map(n => actor.ref.offer(answer(n)).ok),
      [true, true, false],
    )
    t.is(actor.mailbox.size, 2)
    const offered = actor.mailbox.offer(answer(4))
    t.is(offered.ok || offered.reason, 'full')
    actor.ref.next(answer(5))
    t.deepEqual(lost(letters), [['full', 5]])
    actor.end()
    await ends(actor)
    t.deepEqual(done, [0, 1, 2])
    t.true(events.includes(example.deadLetter))
  })

  test(`${title}: a mailbox that drops the oldest takes the new one, and tells which it gave up`, async t => {
    const { actor, letters, done } = await busy({ capacity: 1, overflow: 'dropOldest' })
    t.deepEqual(
      [1, 2].map(n => actor.ref.offer(answer(n)).ok),
      [true, true],
    )
    t.deepEqual(lost(letters), [['evicted', 1]])
    actor.end()
    await ends(actor)
    t.deepEqual(
      done.filter(n => n !== 1),
      [0, 2],
    )
  })

  test(`${title}: a source that completes the mailbox ends it; its ref is not ended by that`, async t => {
    const { actor, done, completed, exits } = opened()
    of(answer(0)).subscribe(actor.ref)
    of(answer(1)).subscribe(actor.mailbox)
    const offered = actor.ref.offer(answer(2))
    t.is(offered.ok || offered.reason, 'closed')
    await ends(actor)
    t.deepEqual(done, [0, 1])
    t.is(completed(), 1)
    t.deepEqual(
      exits.map(({ why }) => why),
      ['ended'],
    )
  })

  test(`${title}: while its mailbox is held nothing is begun, though it is told; released, all is handled in order`, async t => {
    const { actor, done } = opened()
    const [first, second] = [actor.mailbox.hold(), actor.mailbox.hold()]
    of(answer(0), answer(1)).subscribe(actor.ref)
    await pause(50)
    first()
    first()
    await pause(50)
    t.deepEqual(done, [])
    t.is(actor.mailbox.size, 2)
    second()
    actor.ref.next(answer(2))
    actor.end()
    await ends(actor)
    t.deepEqual(done, [0, 1, 2])
  })

  test(`${title}: an error that is sent is a dead letter, and kills nobody`, async t => {
    const { actor, letters, done } = opened()
    actor.mailbox.error(new Error('broken'))
    actor.ref.error(new Error('broken'))
    actor.ref.next(answer(0))
    actor.end()
    await ends(actor)
    t.deepEqual(lost(letters), ['error', 'error'])
    t.deepEqual(done, [0])
  })

  test(`${title}: it exits exactly once, however often it is told to, and tells late subscribers, too`, async t => {
    const { actor, exits } = opened()
    actor.end()
    void actor.stop()
    void actor.stop()
    actor.end()
    const exit = await ends(actor)
    t.true(exit.why === 'stopped' || exit.why === 'ended')
    t.is(exits.length, 1)
    t.deepEqual(await lastValueFrom(actor.exit$), exit)
  })

  test(`${title}: a stop makes dead letters of what waits; each message is handled or a dead letter`, async t => {
    const { actor, letters, done } = await busy({})
    of(answer(1), answer(2)).subscribe(actor.ref)
    void actor.stop()
    await ends(actor)
    const told = letters.flatMap(letter => (letter.why === 'error' ? [] : [letter.message.n]))
    t.deepEqual(
      told.filter(n => n !== 0),
      [1, 2],
    )
    // The first may not have begun: then it is told, too.
    t.is(new Set([...told, ...done]).size, told.length + done.length)
  })

  test(`${title}: a question is answered`, async t => {
    const actor = example.open()
    t.is((await firstValueFrom(example.ask(actor, answer(7)))).n, 7)
    await actor[Symbol.asyncDispose]()
  })

  test(`${title}: a question fails where its job fails, and where it is lost`, async t => {
    const actor = example.open({ capacity: 1 })
    actor.exit$.subscribe()
    await example.failed(firstValueFrom(example.ask(actor, { n: 1, does: 'fail' })))
    await actor[Symbol.asyncDispose]()
    await t.throwsAsync(firstValueFrom(example.ask(actor, answer(2))))
  })

  test(`${title}: disposing stops it, and resolves after its exit`, async t => {
    const { actor, exits, letters } = opened()
    actor.ref.next(wait(0))
    await actor[Symbol.asyncDispose]()
    t.is(exits.length, 1)
    letters.length = 0
    actor.ref.next(answer(1))
    t.deepEqual(lost(letters), [['closed', 1]])
  })
}
