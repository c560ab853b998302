/** What every journal keeps. Called in one line for each. A journal is a place where lives of a run meet. */

import test from 'ava'

import type { Journal, Memory } from '../../src/journal/journal.ts'
import type { Settled } from '../../src/words/report.ts'

/** How the next life begins. */
export type Resume = 'fresh' | 'resume' | 'resumeFailed' | 'retryFailed' | 'resumeAndFail'

/** A place for one run: each call opens it for another life, closed before the next. */
export type Place = (resume: Resume) => Journal

const workers = [{ name: 'square', version: undefined, url: 'file:///nowhere/square.js' }]

const done = (result: unknown): Settled => ({
  ...{ kind: 'done', id: 0, name: 'square#0', worker: 'square', attempt: 1, waitMs: 1, workMs: 2 },
  result,
})
const failed = (code: 'threw' | 'storm'): Settled => ({
  ...{ kind: 'failed', id: 0, name: 'square#0', worker: 'square', attempt: 1, waitMs: 1, workMs: 2 },
  failure: { code, what: 'it', why: 'failed', remedy: 'not' },
  instruction: { n: 1 },
})
const cancelled: Settled = {
  ...{
    kind: 'cancelled',
    id: 0,
    name: 'square#0',
    code: 'stopped',
    reason: 'stopped',
    instruction: { n: 1 },
  },
}

export function meetsJournalContract(name: string, makePlace: () => Place): void {
  /** Lives of one run: in each, `live` is told about the journal. */
  const run = (...lives: readonly (readonly [Resume, (journal: Journal) => void])[]) => {
    const place = makePlace()
    for (const [resume, live] of lives) {
      const journal = place(resume)
      journal.open(workers)
      live(journal)
      journal.close()
    }
  }
  const keyOf = (journal: Journal, n: unknown, key?: string) =>
    journal.keyOf('square', { n }, key === undefined ? undefined : { key })
  const enter = (journal: Journal, n: unknown, key?: string) => journal.enter(keyOf(journal, n, key))
  const remembers = (resume: Resume, ends: Settled | undefined): Memory => {
    let memory: Memory | undefined
    run(
      [
        'fresh',
        journal => {
          const { key } = enter(journal, 1)
          journal.start({ key, id: 0, attempt: 1 })
          if (ends !== undefined) journal.end({ key, id: 0, attempt: 1 }, ends)
        },
      ],
      [
        resume,
        journal => {
          memory = enter(journal, 1).memory
        },
      ],
    )
    return memory as unknown as Memory
  }

  test(`${name}: equal instructions have equal keys whatever the order of their attributes, and are numbered (9.1)`, t => {
    run([
      'fresh',
      journal => {
        const one = journal.keyOf('square', { a: 1, b: [2, { c: 3, d: 4 }] }, undefined)
        t.is(one, journal.keyOf('square', { b: [2, { d: 4, c: 3 }], a: 1 }, undefined))
        t.not(one, journal.keyOf('cube', { a: 1, b: [2, { c: 3, d: 4 }] }, undefined))
        t.not(one, journal.keyOf('square', { a: '1', b: [2, { c: 3, d: 4 }] }, undefined))
        const keys = [one, one, one].map(key => journal.enter(key).key)
        t.is(new Set(keys).size, 3)
      },
    ])
  })

  test(`${name}: a given key is the key (9.1)`, t => {
    run(['fresh', journal => t.is(enter(journal, 1, 'mine').key, 'mine')])
  })

  test(`${name}: what is done is remembered with its result (9.4)`, t => {
    t.like(remembers('resume', done({ deep: [1, 'two'] })), {
      kind: 'settled',
      record: { kind: 'done', result: { deep: [1, 'two'] }, attempt: 1 },
    })
  })

  test(`${name}: results come back as they were: dates, maps, big integers, not-a-number, nothing`, t => {
    for (const result of [new Date(5), new Map([[1, 2n]]), NaN, undefined, -0, new Uint8Array([7]), null]) {
      const memory = remembers('resume', done(result))
      t.true(memory.kind === 'settled' && memory.record.kind === 'done')
      if (memory.kind === 'settled' && memory.record.kind === 'done')
        t.deepEqual(memory.record.result, result)
    }
  })

  test(`${name}: what failed is remembered, or tried again where that is wanted (9.4)`, t => {
    t.like(remembers('resume', failed('threw')), { kind: 'settled', record: { kind: 'failed' } })
    t.deepEqual(remembers('resumeFailed', failed('threw')), { kind: 'failed', attempt: 1 })
    t.deepEqual(remembers('retryFailed', failed('threw')), { kind: 'failed', attempt: 1 })
  })

  test(`${name}: a storm and a cancel are no end: such an instruction runs again (9.4)`, t => {
    t.deepEqual(remembers('resume', failed('storm')), { kind: 'unknown' })
    t.deepEqual(remembers('resume', cancelled), { kind: 'unknown' })
  })

  test(`${name}: what began and did not end is known as begun, or counts as crashed (9.4)`, t => {
    t.deepEqual(remembers('resume', undefined), { kind: 'begun', attempt: 1 })
    t.like(remembers('resumeAndFail', undefined), {
      kind: 'settled',
      record: { kind: 'failed', failure: { code: 'crashed' } },
    })
  })

  test(`${name}: retryFailed leaves out what is new, and remembers what is done`, t => {
    t.like(remembers('retryFailed', done(1)), { kind: 'settled' })
    run(['fresh', () => {}], ['retryFailed', journal => t.is(enter(journal, 9).memory.kind, 'leftOut')])
  })

  test(`${name}: the n-th equal one of this life is the n-th of the other (9.1)`, t => {
    const end = (journal: Journal, result: unknown) => {
      const { key } = enter(journal, 1)
      journal.start({ key, id: 0, attempt: 1 })
      journal.end({ key, id: 0, attempt: 1 }, done(result))
    }
    run(
      [
        'fresh',
        journal => {
          for (const result of ['first', 'second']) end(journal, result)
        },
      ],
      [
        'resume',
        journal => {
          t.like(enter(journal, 1).memory, { record: { result: 'first' } })
          t.like(enter(journal, 1).memory, { record: { result: 'second' } })
          t.is(enter(journal, 1).memory.kind, 'unknown')
        },
      ],
    )
  })

  test(`${name}: what was cancelled and is given again is the same one, not the next of its equals`, t => {
    run([
      'fresh',
      journal => {
        const { key } = enter(journal, 1)
        journal.end({ key, id: 0, attempt: 1 }, cancelled)
        t.is(enter(journal, 1).key, key)
        t.not(enter(journal, 1).key, key)
      },
    ])
  })

  test(`${name}: shared memory has no content to tell it by: a key is asked for (9.1)`, t => {
    run([
      'fresh',
      journal => {
        const shared = { n: new SharedArrayBuffer(8) }
        t.throws(() => journal.keyOf('square', shared, undefined), {
          message: /n: it is shared memory.*`key`/s,
        })
        t.is(journal.keyOf('square', shared, { key: 'k' }), 'k')
      },
    ])
  })
}
