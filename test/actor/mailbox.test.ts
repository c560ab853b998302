import { fc, testProp } from '@fast-check/ava'
import test from 'ava'
import { concat, firstValueFrom, of, Subject, take, throwError, toArray } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'

import { handle } from '../../src/actor/handle.ts'
import { type DeadLetter, Mailbox, type MailboxOptions } from '../../src/actor/mailbox.ts'
import type { MessageQueue, Shown } from '../../src/actor/message-queue.ts'
import { priorityQueue } from '../../src/actor/priority-queue.ts'

const million = 1_000_000

function lettersOf<M>(mailbox: Mailbox<M>): DeadLetter<M>[] {
  const letters: DeadLetter<M>[] = []
  mailbox.deadLetters$.subscribe(letter => letters.push(letter))
  return letters
}

function heardBy<M>(mailbox: Mailbox<M>): (M | '|')[] {
  const heard: (M | '|')[] = []
  mailbox.subscribe({ next: message => heard.push(message), complete: () => heard.push('|') })
  return heard
}

test('messages sent before anybody listens wait, in order', t => {
  const mailbox = new Mailbox<number>()
  of(1, 2, 3).subscribe(message => mailbox.next(message))
  t.is(mailbox.size, 3)
  t.deepEqual(heardBy(mailbox), [1, 2, 3])
  t.is(mailbox.size, 0)
})

test('a message sent from inside a handler comes after that handler, for every subscriber in the same order', t => {
  const mailbox = new Mailbox<number>()
  const log: string[] = []
  mailbox.subscribe(n => {
    log.push(`a${n} begins`)
    if (n === 1) mailbox.next(2)
    log.push(`a${n} ends`)
  })
  mailbox.subscribe(n => log.push(`b${n}`))
  mailbox.next(1)
  t.deepEqual(log, ['a1 begins', 'a1 ends', 'b1', 'a2 begins', 'a2 ends', 'b2'])
})

test('unsubscribing loses nothing: the rest waits for the next subscriber', async t => {
  const mailbox = new Mailbox<number>()
  of(1, 2, 3).subscribe(mailbox)
  t.deepEqual(await firstValueFrom(mailbox.pipe(take(2), toArray())), [1, 2])
  t.is(mailbox.size, 1)
  t.deepEqual(heardBy(mailbox), [3, '|'])
})

test('a source that completes closes the mailbox; what waits is still handled, then subscribers complete', t => {
  const mailbox = new Mailbox<number>()
  const letters = lettersOf(mailbox)
  of(1, 2).subscribe(mailbox)
  t.deepEqual(mailbox.offer(3), { ok: false, reason: 'closed' })
  mailbox.next(4)
  t.deepEqual(heardBy(mailbox), [1, 2, '|'])
  t.deepEqual(heardBy(mailbox), ['|'])
  t.deepEqual(letters, [{ why: 'closed', message: 4 }])
})

test('an error is a dead letter and kills nobody', t => {
  const mailbox = new Mailbox<number>()
  const letters = lettersOf(mailbox)
  const heard = heardBy(mailbox)
  concat(
    of(1),
    throwError(() => 'broken'),
  ).subscribe(mailbox)
  mailbox.next(2)
  t.deepEqual(heard, [1, 2])
  t.deepEqual(letters, [{ why: 'error', error: 'broken' }])
})

test('a full mailbox that fails refuses: offer says so, next makes a dead letter', t => {
  const mailbox = new Mailbox<number>({ capacity: 1 })
  const letters = lettersOf(mailbox)
  t.deepEqual(mailbox.offer(1), { ok: true })
  t.deepEqual(mailbox.offer(2), { ok: false, reason: 'full' })
  mailbox.next(3)
  t.deepEqual(letters, [{ why: 'full', message: 3 }])
  t.deepEqual(heardBy(mailbox), [1])
})

test('a full mailbox that drops the newest makes one dead letter of each, offered or sent', t => {
  const mailbox = new Mailbox<number>({ capacity: 1, overflow: 'dropNewest' })
  const letters = lettersOf(mailbox)
  mailbox.next(1)
  t.deepEqual(mailbox.offer(2), { ok: false, reason: 'full' })
  mailbox.next(3)
  t.deepEqual(letters, [
    { why: 'full', message: 2 },
    { why: 'full', message: 3 },
  ])
  t.deepEqual(heardBy(mailbox), [1])
})

test('a full mailbox that drops the oldest takes the new one and says whom it evicted', t => {
  const mailbox = new Mailbox<number>({ capacity: 2, overflow: 'dropOldest' })
  const letters = lettersOf(mailbox)
  for (const n of [1, 2, 3, 4]) t.deepEqual(mailbox.offer(n), { ok: true })
  t.deepEqual(letters, [
    { why: 'evicted', message: 1 },
    { why: 'evicted', message: 2 },
  ])
  t.deepEqual(heardBy(mailbox), [3, 4])
})

test('the message at work does not count against the capacity', t => {
  const mailbox = new Mailbox<number>({ capacity: 1 })
  const answers: boolean[] = []
  mailbox.subscribe(n => {
    if (n === 1) answers.push(mailbox.offer(2).ok, mailbox.offer(3).ok)
  })
  mailbox.next(1)
  t.deepEqual(answers, [true, false])
})

test('abandoning makes dead letters of what waits, and completes', t => {
  const mailbox = new Mailbox<number>()
  const letters = lettersOf(mailbox)
  mailbox.next(1)
  mailbox.unsubscribe()
  t.notThrows(() => mailbox.next(2))
  t.deepEqual(letters, [
    { why: 'abandoned', message: 1 },
    { why: 'closed', message: 2 },
  ])
  t.deepEqual(heardBy(mailbox), ['|'])
})

test('two holds keep everything waiting until both are released, however often one is', t => {
  const mailbox = new Mailbox<number>()
  const heard = heardBy(mailbox)
  const [one, other] = [mailbox.hold(), mailbox.hold()]
  mailbox.next(1)
  mailbox.complete()
  one()
  one()
  t.deepEqual(heard, [])
  other()
  t.deepEqual(heard, [1, '|'])
})

test('the first message that a handler throws on is the last one it gets, also when many wait', t => {
  const mailbox = new Mailbox<number>()
  of(1, 2, 3).subscribe(mailbox)
  const got: number[] = []
  const failing = handle(mailbox, n => {
    got.push(n)
    throw new Error(`no ${n}`)
  })
  failing.subscribe({ error: error => t.is((error as Error).message, 'no 1') })
  t.deepEqual(got, [1])
  t.is(mailbox.size, 2)
  t.false(mailbox.observed)
})

test('an output ends, and is torn down, before the next message', t => {
  const mailbox = new Mailbox<number>()
  const log: string[] = []
  const first$ = new Subject<string>()
  handle(mailbox, n => {
    log.push(`message ${n}`)
    return n === 1 ? first$ : undefined
  }).subscribe({ next: output => log.push(`output ${output}`), complete: () => log.push('|') })
  of(1, 2).subscribe(mailbox)
  first$.next('a')
  t.deepEqual(log, ['message 1', 'output a'])
  first$.complete()
  t.false(first$.observed)
  t.deepEqual(log, ['message 1', 'output a', 'message 2', '|'])
})

test('handling is drawn: outputs of one message never mix with those of the next', t => {
  const time = new TestScheduler((actual, expected) => t.deepEqual(actual, expected))
  time.run(({ hot, cold, expectObservable }) => {
    const mailbox = new Mailbox<string>()
    hot('      ab----c|').subscribe(mailbox)
    //         1--2|
    //             3-4|       waited for a
    //                 --|    c, and then the end
    const expected = '1--23-4---|'
    const outputs: Record<string, string> = { a: '1--2|', b: '3-4|', c: '---|' }
    expectObservable(handle(mailbox, name => cold(outputs[name] ?? ''))).toBe(expected)
  })
})

test('a million messages wait, and are handled in one go', t => {
  const mailbox = new Mailbox<number>()
  for (let n = 0; n < million; n++) mailbox.next(n)
  let count = 0
  mailbox.subscribe(n => {
    if (n === count) count++
  })
  t.is(count, million)
})

test('a million synchronous outputs need no stack', t => {
  const mailbox = new Mailbox<number>()
  let sum = 0
  handle(mailbox, n => of(n)).subscribe(n => {
    sum += n
  })
  mailbox.next(1)
  const release = mailbox.hold()
  for (let n = 1; n < million; n++) mailbox.next(1)
  release()
  t.is(sum, million)
})

test('a signal reaches a second mailbox right after the message at work, before the others that wait', t => {
  const work = new Mailbox<number>()
  const control = new Mailbox<string>()
  const log: (number | string)[] = []
  work.subscribe(n => {
    if (n === 1) control.next('halt')
    log.push(n)
  })
  const release = work.hold()
  control.subscribe(signal => log.push(signal))
  for (const n of [0, 1, 2, 3]) work.next(n)
  release()
  t.deepEqual(log, [0, 1, 'halt', 2, 3])
})

test('a bad option is a TypeError at once, which says what it must be, and what it is', t => {
  const wrong: readonly [options: unknown, message: string][] = [
    ...[0, -1, 1.5, Number.NaN, '3', null].map(
      capacity =>
        [
          { capacity },
          `Cannot open a mailbox: 'capacity' must be a whole number, 1 or more, got ${typeof capacity === 'string' ? '"3"' : capacity}`,
        ] as [unknown, string],
    ),
    [
      { overflow: 'other' },
      `Cannot open a mailbox: 'overflow' must be one of "fail", "dropNewest", "dropOldest", got "other"`,
    ],
    [{ queue: [] }, `Cannot open a mailbox: 'queue' must be a record, got []`],
    [{ queue: {} }, `Cannot open a mailbox: 'queue.push' must be a function, got undefined`],
    [7, `Cannot open a mailbox: 'options' must be a record, got 7`],
  ]
  for (const [options, message] of wrong)
    t.throws(() => new Mailbox(options as MailboxOptions), { instanceOf: TypeError, message })
})

// -- other queues ----------------------------------------------------------------------------------------------------------

interface Job {
  readonly name: string
  readonly urgency: number
}
const urgentFirst = () => priorityQueue<Job>((a, b) => b.urgency - a.urgency)
const jobs = (text: string): Job[] => text.split(' ').map(name => ({ name, urgency: Number(name[1]) }))

test('a priority queue hands out the most urgent first, and equals in the order of their arrival', t => {
  const mailbox = new Mailbox<Job>({ queue: urgentFirst() })
  for (const job of jobs('a1 b3 c2 d3 e1')) mailbox.next(job)
  const heard: string[] = []
  mailbox.subscribe(({ name }) => heard.push(name))
  t.deepEqual(heard, ['b3', 'd3', 'c2', 'a1', 'e1'])
})

test('a full priority queue gives up the least urgent, which may be the one that came last', t => {
  const mailbox = new Mailbox<Job>({ queue: urgentFirst(), capacity: 2, overflow: 'dropOldest' })
  const letters = lettersOf(mailbox)
  for (const job of jobs('a1 b3 c2 d1')) t.true(mailbox.offer(job).ok)
  t.deepEqual(
    letters.map(letter => letter.why !== 'error' && [letter.why, letter.message.name]),
    [
      ['evicted', 'a1'],
      ['evicted', 'd1'],
    ],
  )
  const heard: string[] = []
  mailbox.subscribe(({ name }) => heard.push(name))
  t.deepEqual(heard, ['b3', 'c2'])
})

testProp(
  'a priority mailbox hands out what a stable sort would, and gives up what a stable sort has last',
  [fc.array(fc.nat(4), { maxLength: 30 }), fc.integer({ min: 1, max: 10 })],
  (t, urgencies, capacity) => {
    const mailbox = new Mailbox<Job>({ queue: urgentFirst(), capacity, overflow: 'dropOldest' })
    let oracle: Job[] = []
    for (const [i, urgency] of urgencies.entries()) {
      const job = { name: `${i}`, urgency }
      mailbox.next(job)
      oracle = [...oracle, job].sort((a, b) => b.urgency - a.urgency).slice(0, capacity)
    }
    const heard: Job[] = []
    mailbox.subscribe(job => heard.push(job))
    t.deepEqual(heard, oracle)
  },
)

test('a queue may refuse what it is given: offer says so, next makes a dead letter, each with the reason', t => {
  const picky: MessageQueue<number> = {
    size: 0,
    push: n => {
      throw Object.assign(new Error(`not ${n}`), n > 9 && { code: 'full' })
    },
    take: () => 0,
  }
  const mailbox = new Mailbox<number>({ queue: picky })
  const letters = lettersOf(mailbox)
  t.like(mailbox.offer(1), { ok: false, reason: 'refused' })
  mailbox.next(2)
  mailbox.next(10)
  t.deepEqual(
    letters.map(letter => [letter.why, String(letter.error)]),
    [
      ['refused', 'Error: not 2'],
      ['full', 'Error: not 10'],
    ],
  )
})

test('a queue with an owner is taken from by its owner alone; subscribers see each message when it is taken', t => {
  const waiting: string[] = []
  let shown: Shown<string> | undefined
  let ended = false
  const mailbox = new Mailbox<string>({
    queue: {
      get size() {
        return waiting.length
      },
      push: message => {
        if (ended) throw Object.assign(new Error('over'), { code: 'closed' })
        waiting.push(message)
      },
      take: () => waiting.shift() as string,
      ownedBy: mailbox => {
        shown = mailbox
      },
      end: () => {
        ended = true
      },
    },
  })
  t.false(shown?.observed)
  const heard = heardBy(mailbox)
  t.true(shown?.observed)
  for (const message of ['a', 'b']) mailbox.next(message)
  t.deepEqual(heard, [])
  t.is(mailbox.size, 2)
  shown?.next(waiting.pop() as string)
  t.deepEqual(heard, ['b'])
  mailbox.complete()
  t.true(ended)
  t.like(mailbox.offer('c'), { ok: false, reason: 'closed' })
  shown?.complete()
  t.deepEqual(heard, ['b', '|'])
})
