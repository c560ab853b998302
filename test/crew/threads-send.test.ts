/** What can be sent to a thread and back, and what is said about the rest. */

import test from 'ava'

import { Boss } from '../../src/boss/boss.ts'
import type { ThreadsOptions } from '../../src/crew/threads/thread-crew.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { transfer } from '../../src/words/transfer.ts'
import type { AnyWorker } from '../../src/worker/worker.ts'
import { echo, keeper, mover, noting, plusOne, uncloneable, upperCase } from '../fixtures/basic.ts'
import { tryLane } from './try-lane.ts'

const open = (definitions: readonly AnyWorker[], options: ThreadsOptions = {}) => {
  const one = tryLane(threads(options), definitions)
  one.open()
  return one
}

test.serial('an argument that cannot be cloned fails alone, and is named', async t => {
  const one = open([echo])
  const values = [1, { rows: [1, 2, { fn: () => 1 }] }, 3, Symbol('s'), new Map([['k', new WeakSet()]]), 6]
  for (const value of values) one.give({ attributes: { value } })
  await one.settled(6)
  t.deepEqual(
    one.outcomes().sort(([a], [b]) => a - b),
    [
      [0, 1],
      [1, 'unserialisable'],
      [2, 3],
      [3, 'unserialisable'],
      [4, 'unserialisable'],
      [5, 6],
    ],
  )
  const whys = one.events.flatMap(event => (event.type === 'failed' ? [event.failure.why] : []))
  t.is(whys[0], 'attributes.value.rows[2].fn: [function fn]')
  t.is(whys[1], 'attributes.value: Symbol(s)')
  t.regex(whys[2] ?? '', /^attributes\.value\.get\(k\): \[WeakSet\]/)
  t.like(await one.close(), { why: 'closed', begun: [], queued: [] })
})

for (const what of ['result', 'note']) {
  test.serial(`a ${what} that cannot be cloned fails its job alone, and is named`, async t => {
    const one = open([uncloneable])
    for (const each of ['a', what, 'b']) one.give({ attributes: { what: each } })
    await one.settled(3)
    t.deepEqual(one.outcomes(), [
      [0, 'a'],
      [1, 'unserialisable'],
      [2, 'b'],
    ])
    const failed = one.events.find(event => event.type === 'failed')
    t.like(failed, { failure: { why: `${what}.rows[2].fn: [function fn]` } })
    await one.close()
  })
}

test.serial('a bad note among very many fails its job too', async t => {
  const one = open([noting])
  const notes = Array.from({ length: 100 }, (_, i) => ({ i }))
  one.give({ attributes: { notes, how: 'report' } })
  await one.settled(1)
  t.deepEqual(one.notes(), notes)
  await one.close()
})

test.serial('a result is what it was when it was returned, though the next job changes it', async t => {
  const one = open([keeper])
  for (let i = 0; i < 5; i++) one.give({})
  await one.settled(5)
  t.deepEqual(
    one.outcomes().map(([, result]) => result),
    [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }],
  )
  await one.close()
})

test.serial('marked buffers are moved there and back', async t => {
  const one = open([mover, plusOne])
  const buffers = Array.from({ length: 4 }, (_, i) => new Uint8Array(100).fill(i).buffer)
  one.give({ definition: 1, attributes: { n: 1 } })
  for (const buffer of buffers) one.give({ attributes: { buffer: transfer(buffer, [buffer]) } })
  one.give({ definition: 1, attributes: { n: 2 } })
  await one.settled(6)
  t.deepEqual(
    buffers.map(buffer => buffer.byteLength),
    [0, 0, 0, 0],
  )
  const results = one.outcomes().map(([, result]) => result)
  t.deepEqual([results[0], results[5]], [2, 3])
  for (let i = 0; i < 4; i++) t.is(new Uint8Array(results[i + 1] as ArrayBuffer)[0], i + 1)
  await one.close()
})

test.serial('one that was moved before, among many that move: it alone is refused', async t => {
  const one = open([mover])
  const buffers = Array.from({ length: 5 }, (_, i) => new Uint8Array(8).fill(i).buffer)
  for (const buffer of buffers) one.give({ attributes: { buffer: transfer(buffer, [buffer]) } })
  structuredClone(buffers[2], { transfer: [buffers[2] as ArrayBuffer] })
  await one.settled(5)
  const outcomes = new Map(one.outcomes())
  t.deepEqual(
    [0, 1, 2, 3, 4].map(job => {
      const result = outcomes.get(job)
      return result instanceof ArrayBuffer ? new Uint8Array(result)[0] : result
    }),
    [1, 2, 'unserialisable', 4, 5],
  )
  await one.close()
})

test.serial('streams are moved there and back, and flow on', async t => {
  const one = open([upperCase])
  let pulled = 0
  const text = new ReadableStream<string>({
    pull: out => (pulled++ < 1000 ? out.enqueue(`line ${pulled}\n`) : out.close()),
  })
  one.give({ attributes: { text: transfer(text, [text]) } })
  await one.settled(1)
  const back = one.outcomes()[0]?.[1] as ReadableStream<string>
  let read = ''
  for await (const chunk of back) read += chunk
  t.is(read.split('\n').length, 1001)
  t.true(read.startsWith('LINE 1\n') && read.endsWith('LINE 1000\n'))
  await one.close()
})

test.serial('a buffer listed twice, or moved before, is refused clearly', async t => {
  const buffer = new ArrayBuffer(8)
  t.throws(() => transfer(buffer, [buffer, buffer]), { message: /listed once/ })
  const one = open([mover])
  one.give({ attributes: { buffer: transfer(buffer, [buffer]) } })
  one.give({ attributes: { buffer } })
  await one.settled(2)
  t.deepEqual(
    one.outcomes().map(([, result]) => (result instanceof ArrayBuffer ? 'moved' : result)),
    ['unserialisable', 'moved'],
  )
  const failed = one.events.find(event => event.type === 'failed')
  t.like(failed, { failure: { why: 'attributes.buffer: the buffer was moved before' } })
  t.throws(() => transfer(buffer, [buffer]), { message: /moved before/ })
  await one.close()
})

test.serial('shared memory passes by reference', async t => {
  const one = open([echo])
  const shared = new Int32Array(new SharedArrayBuffer(8))
  one.give({ attributes: { value: shared } })
  await one.settled(1)
  const back = one.outcomes()[0]?.[1] as Int32Array
  back[1] = 7
  t.is(shared[1], 7)
  await one.close()
})

test.serial('a thread tells how large its heap is, where recycleAboveMB asks', async t => {
  const one = open([plusOne], { recycleAboveMB: 500 })
  one.give({ attributes: { n: 1 } })
  await one.settled(1)
  await one.close()
  t.true((one.lane.heapMB ?? 0) > 1)
})

test.serial('an instruction that is marked as a whole moves what it was marked with', async t => {
  const boss = new Boss({ workers: [mover] }).start()
  t.teardown(() => boss[Symbol.asyncDispose]())
  const buffer = new ArrayBuffer(1 << 16)
  await boss.run(transfer({ buffer }, [buffer]))
  t.is(buffer.byteLength, 0)
})
