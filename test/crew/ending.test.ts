/**
 * How work ends before its time: what can be asked is asked, and has its grace; what has finished is heard before its thread is
 * ended for another's sake.
 */

import test from 'ava'

import type { Crew } from '../../src/crew/crew.ts'
import { inline } from '../../src/crew/inline.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { processes } from '../../src/entries/processes.ts'
import { plusOne } from '../fixtures/basic.ts'
import { quickOrNever, stoppable } from '../fixtures/odd-values.ts'
import { tryLane } from './try-lane.ts'

const shared: Readonly<Record<string, () => Crew>> = { threads: () => threads(), inline: () => inline() }

const open = (crew: () => Crew, graceMs = 1000) => {
  const one = tryLane(crew(), [stoppable, plusOne, quickOrNever], { graceMs })
  one.open()
  return one
}
const newWords = () => new Int32Array(new SharedArrayBuffer(16))
const nonZero = async (words: Int32Array, at: number) => {
  while (Atomics.load(words, at) === 0) await new Promise(resolve => setTimeout(resolve, 2))
}

for (const [name, crew] of Object.entries(shared)) {
  for (const how of ['at once', 'slowly', 'async generator', 'generator', 'watchable']) {
    test.serial(`${name}: work that can be asked is asked, and cleans up: ${how}`, async t => {
      const one = open(crew)
      const words = newWords()
      const job = one.give({ attributes: { how, words } })
      const behind = one.give({ definition: 1, attributes: { n: 1 } })
      await nonZero(words, 0)
      if (how.includes('generator')) await one.until(() => one.notes().length > 0)
      one.lane.terminate()
      t.deepEqual(one.released(), [job, behind], 'it let go of all at once')
      t.is(one.lane.held, 0)
      t.like(await one.exit, { why: 'closed', begun: [], queued: [], lost: [], reason: 'it was terminated' })
      t.is(words[2], 1)
      t.deepEqual(one.outcomes(), [])
      t.is(one.events.filter(({ type }) => type === 'nonsense').length, 0)
    })
  }

  test.serial(`${name}: who does not end within the grace period is ended`, async t => {
    const one = open(crew, 100)
    const words = newWords()
    one.give({ attributes: { how: 'never', words } })
    await nonZero(words, 0)
    const began = performance.now()
    t.is((await one.terminate()).why, 'closed')
    t.true(performance.now() - began >= 95)
    t.deepEqual([...words.subarray(1, 3)], [1, 0])
  })

  test.serial(
    `${name}: work that nobody can ask is ended at once, and so is all with a grace period of 0`,
    async t => {
      for (const [how, graceMs] of [
        ['deaf', 100_000],
        ['at once', 0],
      ] as const) {
        const one = open(crew, graceMs)
        const words = newWords()
        const job = one.give({ attributes: { how, words } })
        await nonZero(words, 0)
        t.like(await one.terminate(), { why: 'closed', begun: [job] })
        t.deepEqual(one.released(), [])
      }
    },
  )

  test.serial(`${name}: who was asked before, and has had its time, is not asked again`, async t => {
    const one = open(crew, 200)
    const words = newWords()
    const job = one.give({ attributes: { how: 'never', words } })
    await nonZero(words, 0)
    one.lane.abort(job, 'cancelled')
    await new Promise(resolve => setTimeout(resolve, 200))
    const began = performance.now()
    t.like(await one.terminate(), { why: 'closed', begun: [job] })
    t.true(performance.now() - began < 150)
  })

  test.serial(`${name}: unsubscribing asks as well, and nothing is heard`, async t => {
    const one = open(crew)
    const words = newWords()
    one.give({ attributes: { how: 'slowly', words } })
    await nonZero(words, 0)
    const heard = one.events.length
    one.unsubscribe()
    await nonZero(words, 2)
    t.is(one.events.length, heard)
  })
}

test.serial('processes: work that can be asked is asked, and cleans up', async t => {
  const one = tryLane(processes(), [stoppable], { graceMs: 2000 })
  one.open()
  const job = one.give({ attributes: { how: 'async generator', words: new Int32Array(4) } })
  await one.until(() => one.notes().length > 0)
  one.lane.terminate()
  t.deepEqual(one.released(), [job])
  t.like(await one.exit, { why: 'closed', begun: [] })
})

test.serial(
  'A13 what finished under a job that never ends is heard: small results by shared memory',
  async t => {
    const answers = [1, -0, 2.5, Number.NaN, true, false, null, undefined, '', 'short', 'é'.repeat(24)]
    for (let round = 0; round < 5; round++) {
      const one = open(() => threads(), 50)
      await one.until(() => one.events.length > 0)
      for (const answer of answers) one.give({ definition: 2, attributes: { answer, forEver: false } })
      const stuck = one.give({ definition: 2, attributes: { answer: 0, forEver: true } })
      const behind = one.give({ definition: 1, attributes: { n: 1 } })
      while (one.lane.atWork()?.job !== stuck) await new Promise(resolve => setImmediate(resolve))
      const exit = await one.terminate()
      t.like(exit, { why: 'closed', begun: [stuck], queued: [behind], lost: [] })
      t.deepEqual(
        one.outcomes().map(([, answer]) => answer),
        answers,
      )
    }
  },
)

test.serial('A13 larger results are sent before a job of another kind begins', async t => {
  const one = open(() => threads(), 50)
  await one.until(() => one.events.length > 0)
  const answers = [{ n: 1 }, 'x'.repeat(100), 12n, [1, 2], 'πάντα']
  // Of another definition than the one that never ends: nobody knows how long that takes.
  const other = tryLane(threads(), [quickOrNever, stoppable], { graceMs: 50 })
  other.open()
  for (const answer of answers) other.give({ attributes: { answer, forEver: false } })
  const words = newWords()
  const stuck = other.give({ definition: 1, attributes: { how: 'deaf', words } })
  await nonZero(words, 0)
  t.like(await other.terminate(), { begun: [stuck], lost: [] })
  t.deepEqual(
    other.outcomes().map(([, answer]) => answer),
    answers,
  )
  await one.terminate()
})
