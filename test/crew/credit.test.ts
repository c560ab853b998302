/** Notes have credit: a place is never far ahead of what was heard, whatever its work says, and nothing is lost for that. */

import test from 'ava'

import type { Crew } from '../../src/crew/crew.ts'
import { inline } from '../../src/crew/inline.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { processes } from '../../src/entries/processes.ts'
import { inTurns } from '../../src/words/turns.ts'
import { talker } from '../fixtures/odd-values.ts'
import { tryLane } from './try-lane.ts'

const crews: Readonly<Record<string, () => Crew>> = {
  threads: () => threads(),
  'threads without shared memory': () => threads({ sharedMemory: false }),
  processes: () => processes(),
  inline: () => inline(),
}
const open = (crew: () => Crew) => {
  const one = tryLane(crew(), [talker])
  one.open()
  return one
}

for (const [name, crew] of Object.entries(crews)) {
  for (const how of ['report', 'generator', 'async generator', 'watchable']) {
    test.serial(`${name}: 50,000 notes of a ${how} arrive, in order, before the result`, async t => {
      const one = open(crew)
      const count = 50_000
      one.give({ attributes: { how, count, size: 0 } })
      await one.settled(1)
      t.deepEqual(
        one.notes(),
        Array.from({ length: count }, (_, i) => i),
      )
      const last = one.events.findLastIndex(({ type }) => type === 'note')
      t.true(last < one.events.findIndex(({ type }) => type === 'done'))
      await one.terminate()
    })
  }

  test.serial(`${name}: 64 MB of notes arrive`, async t => {
    const one = open(crew)
    one.give({ attributes: { how: 'report', count: 1000, size: 65_000 } })
    await one.settled(1)
    t.is(one.notes().length, 1000)
    t.deepEqual(one.outcomes(), [[0, 'said']])
    await one.terminate()
  })

  test.serial(`${name}: reports without end fail their job, which ends; the next one is done`, async t => {
    const one = open(crew)
    one.give({ attributes: { how: 'report', count: 1e9, size: 0 } })
    one.give({ attributes: { how: 'report', count: 1, size: 0 } })
    await one.settled(2)
    t.deepEqual(one.outcomes(), [
      [0, 'flooded'],
      [1, 'said'],
    ])
    await one.terminate()
  })

  test.serial(`${name}: of progress that nobody had time to hear, the newest is kept`, async t => {
    const one = open(crew)
    const count = 300_000
    one.give({ attributes: { how: 'progress', count, size: 0 } })
    await one.settled(1)
    const notes = one.notes() as { done: number }[]
    t.deepEqual(notes.at(-1), { done: count - 1, total: count })
    t.true(notes.length < count / 10, `${notes.length} notes`)
    t.true(notes.every(({ done }, i) => i === 0 || done > (notes[i - 1]?.done as number)))
    await one.terminate()
  })
}

test.serial('a generator is not advanced beyond the window while nobody hears', async t => {
  for (const how of ['generator', 'async generator', 'watchable']) {
    const words = new Int32Array(new SharedArrayBuffer(16))
    const one = open(() => threads())
    await one.until(() => one.events.length > 0)
    one.give({ attributes: { how, count: 1e9, size: 0, words } })
    await one.until(() => one.notes().length > 0)
    // This thread hears nothing meanwhile.
    const until = performance.now() + 200
    while (performance.now() < until);
    const [before, heard] = [Atomics.load(words, 0), one.notes().length]
    t.true(before - heard <= 300, `${how}: ${before} made, ${heard} heard`)
    one.lane.abort(0, 'enough')
    await one.terminate()
  }
})

test.serial('text without end fails its job, and is bounded', async t => {
  const one = open(() => threads())
  one.give({ attributes: { how: 'print', count: 3000, size: 65_000 } })
  await one.settled(1)
  t.is(one.outcomes()[0]?.[1], 'flooded')
  t.true(one.printed().length < 160 * 2 ** 20)
  await one.terminate()
})

test.serial(
  'hearing leaves the loop to others after 2 ms: a timer runs between, and the order is kept',
  async t => {
    const heard: number[] = []
    const busy = (ms: number) => {
      const end = performance.now() + ms
      while (performance.now() < end);
    }
    const one = inTurns({
      receive: (message, until = 0) => {
        // A message of ten parts, 0.5 ms each.
        const [from, count] = message as [number, number]
        for (let i = 0; i < count; i++) {
          busy(0.5)
          heard.push(from + i)
          if (performance.now() > until && i + 1 < count) return [from + i + 1, count - i - 1]
        }
        return undefined
      },
      exited: () => heard.push(-1),
    })
    const turns: number[] = []
    const ticking = setInterval(() => turns.push(heard.length), 0)
    for (let m = 0; m < 10; m++) one.receive([m * 10, 10])
    one.exited({ reason: 'over' })
    t.true(heard.length < 10)
    while (heard.at(-1) !== -1) await new Promise(resolve => setImmediate(resolve))
    clearInterval(ticking)
    t.deepEqual(heard, [...Array.from({ length: 100 }, (_, i) => i), -1])
    t.true(turns.length >= 5, `${turns.length} timers ran`)
  },
)
