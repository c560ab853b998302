import { once } from 'node:events'
import { Worker as Thread } from 'node:worker_threads'

import test from 'ava'
import * as t from 'io-ts'

import logarithmer from '../../docs/examples/logarithmer.ts'
import matrixProducter from '../../docs/examples/matrix-producter.ts'
import summer from '../../docs/examples/summer.ts'
import { compileFootprint } from '../../src/footprint/compile-footprint.ts'
import { isRejection } from '../../src/footprint/footprint.ts'
import { sharedArray } from '../../src/footprint/shared-array-codec.ts'
import {
  isPlainSharedArray,
  type Nested,
  type PlainSharedArray,
  SharedArray,
} from '../../src/shared-memory/shared-array.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import type { AnyWorker } from '../../src/worker/worker.ts'

const noTask = {} as never

/** Does the work of a definition as a thread would: on attributes that were decoded, and crossed. */
async function perform(worker: AnyWorker, given: Record<string, unknown>): Promise<unknown> {
  const decoded = worker.footprint.decode(given)
  if (isRejection(decoded)) throw new Error('refused')
  return worker.work(structuredClone(decoded.attributes) as never, noTask)
}

/** Runs an async function's body in a real thread, with the wire form of an array. */
function inThread(array: SharedArray, body: string): Thread {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(${JSON.stringify(new URL('../../src/shared-memory/shared-array.js', import.meta.url).href)}).then(async ({ SharedArray }) => {
      const array = SharedArray.from(workerData)
      ${body}
    })`
  return new Thread(code, { eval: true, workerData: array })
}

test('it has a shape, elements and views over one memory', t_ => {
  const array = SharedArray.from([
    [0, 1, 2],
    [1, 2, 3],
  ])
  t_.deepEqual([array.type, array.shape, array.size], ['float64', [2, 3], 6])
  t_.is(array.get(1, 2), 3)
  array.set(9, 1, 2)
  t_.is(array.row(1)[2], 9)
  t_.is(array.view[5], 9)
  t_.deepEqual(array.toArray(), [
    [0, 1, 2],
    [1, 2, 9],
  ])
})

test('every element type, new or from values', t_ => {
  t_.deepEqual(SharedArray.of('int32', 2, 2).toArray(), [
    [0, 0],
    [0, 0],
  ])
  t_.deepEqual(SharedArray.from([813], 'int32').toArray(), [813])
  t_.is(SharedArray.from(new Uint8Array([1, 2])).type, 'uint8')
  t_.is(SharedArray.from([1n], 'bigint64').get(0), 1n)
  t_.deepEqual(SharedArray.of('float64', 0, 3).toArray(), [])
})

test('places outside and shapes that are none are refused', t_ => {
  const array = SharedArray.of('float64', 2, 3)
  for (const at of [[2, 0], [0, 3], [-1, 0], [0], [0, 0, 0], [0.5, 0]]) {
    t_.throws(() => array.get(...at), { instanceOf: RangeError, message: /shape \[2, 3\]/ })
  }
  t_.throws(() => array.row(2), { instanceOf: RangeError })
  t_.throws(() => SharedArray.of('float64'), { message: /'shape' must be/ })
  t_.throws(() => SharedArray.of('float64', -1), { message: /'shape' must be/ })
  t_.throws(() => SharedArray.of('text' as 'int8', 1), { message: /'type' must be one of int8/ })
  t_.throws(() => SharedArray.from([[1], [1, 2]]), { message: /same length, 1 here/ })
  t_.throws(() => SharedArray.from(['x'] as never), { message: /elements must be numbers, got "x"/ })
  t_.throws(() => SharedArray.from('x' as never), { message: /takes lists/ })
})

test('it crosses to another thread by reference, and comes back to life there', t_ => {
  const array = SharedArray.from([1, 2])
  const crossed = structuredClone(array) as PlainSharedArray
  t_.deepEqual(Object.keys(crossed).sort(), ['buffer', 'shape', 'type'])
  SharedArray.from(crossed).set(7, 0)
  t_.is(array.get(0), 7)
  t_.is(SharedArray.from(array), array)
})

test('what only looks like one is none', t_ => {
  const { buffer } = SharedArray.of('float64', 2)
  t_.true(isPlainSharedArray({ buffer, shape: [2], type: 'float64' }))
  for (const wrong of [
    { buffer, shape: [3], type: 'float64' },
    { buffer, shape: [2], type: 'constructor' },
    { buffer, shape: 2, type: 'float64' },
    { buffer: new ArrayBuffer(32), shape: [2], type: 'float64' },
    null,
  ]) {
    t_.false(isPlainSharedArray(wrong))
  }
})

test('its codec checks element type and dimensions', t_ => {
  const footprint = compileFootprint({ m: sharedArray('float64', 2) })
  const accepts = (m: unknown) => !isRejection(footprint.decode({ m }))
  t_.true(accepts(SharedArray.of('float64', 2, 2)))
  t_.true(accepts(structuredClone(SharedArray.of('float64', 2, 2))))
  t_.false(accepts(SharedArray.of('float64', 2)))
  t_.false(accepts(SharedArray.of('int32', 2, 2)))
  t_.false(accepts([[1]]))
  t_.throws(() => sharedArray('text' as 'int8'), { message: /unknown element type "text"/ })
})

test('arrays inside lists, records and whole codecs come back to life, too', async t_ => {
  const array = SharedArray.from([4])
  const nested = defineWorker(import.meta, {
    name: 'nested',
    attr: { all: t.array(t.type({ one: sharedArray() })), n: t.number },
    work: ({ all, n }) => (all[0]?.one.get(0) as number) + n,
  })
  const whole = defineWorker(import.meta, {
    name: 'whole',
    attr: t.type({ one: sharedArray('float64') }),
    work: ({ one }) => one.get(0),
  })
  t_.is(await perform(nested, { all: [{ one: array }], n: 1 }), 5)
  t_.is(await perform(whole, { one: array }), 4)
  t_.is(compileFootprint({ n: t.number }).revive, undefined)
})

test('the lock lets one in at a time, and waiting does not block', async t_ => {
  const array = SharedArray.of('int32', 1)
  const order: string[] = []
  const visit = async (name: string) => {
    const lock = await array.lock()
    order.push(`${name} in`)
    await new Promise(resolve => setTimeout(resolve, 5))
    order.push(`${name} out`)
    lock.release()
    lock.release() // harmless
  }
  await Promise.all(['a', 'b', 'c'].map(visit))
  t_.is(order.length, 6)
  for (let i = 0; i < 6; i += 2) t_.is(order[i]?.replace('in', 'out'), order[i + 1])
})

test('`using` lets go of the lock at the end of its block', async t_ => {
  const array = SharedArray.of('int32', 1)
  {
    using _lock = await array.lock()
    await t_.throwsAsync(array.lock({ timeoutMs: 20 }), { message: /held by others for more than 20 ms/ })
    t_.throws(() => array.lockSync(), { instanceOf: TypeError, message: /Cannot block the main thread/ })
  }
  using _again = array.lockSync()
  t_.pass()
})

test('threads that add under the lock lose nothing, waiting or blocking', async t_ => {
  const array = SharedArray.from([0], 'int32')
  const add = (take: string) => `
    for (let i = 0; i < 500; i++) {
      const lock = ${take}
      const before = array.get(0)
      for (let spin = 0; spin < 50; spin++) array.get(0)
      array.set(before + 1, 0)
      lock.release()
    }`
  const threads = [inThread(array, add('array.lockSync()')), inThread(array, add('await array.lock()'))]
  const ended = threads.map(thread => once(thread, 'exit'))
  for (let i = 0; i < 500; i++) {
    using _lock = await array.lock()
    array.set(array.get(0) + 1, 0)
  }
  await Promise.all(ended)
  t_.is(array.get(0), 1500)
})

test('the main thread waits for a lock that a thread holds, and stays alive', async t_ => {
  const array = SharedArray.of('int32', 1)
  const thread = inThread(
    array,
    `const lock = array.lockSync()
     parentPort.postMessage('held')
     setTimeout(() => { array.set(1, 0); lock.release() }, 50)`,
  )
  await once(thread, 'message')
  using _lock = await array.lock()
  t_.is(array.get(0), 1)
})

test('a thread that would wait for itself is told so', async t_ => {
  const thread = inThread(
    SharedArray.of('int32', 1),
    `array.lockSync()
     try { array.lockSync() } catch (error) { parentPort.postMessage(error.message) }`,
  )
  const [message] = await once(thread, 'message')
  t_.is(message, 'Cannot lock twice: this thread holds it')
})

test('Summer adds to the first element', async t_ => {
  const sharedSum = SharedArray.from([813], 'int32')
  await Promise.all([42, 8].map(value => perform(summer, { value, sharedSum })))
  t_.is(sharedSum.get(0), 863)
})

test('Logarithmer replaces its row', async t_ => {
  const array = SharedArray.from([
    [0, 1, 2],
    [1, 2, 3],
  ])
  await perform(logarithmer, { array, row: 0 })
  await perform(logarithmer, { array, row: 1 })
  const log = (values: number[]) => values.map(Math.log)
  t_.deepEqual(array.toArray(), [log([0, 1, 2]), log([1, 2, 3])])
  t_.is(array.get(0, 0), Number.NEGATIVE_INFINITY)
})

test('MatrixProducter fills C = A·B block by block', async t_ => {
  const matrix = (rows: number, columns: number, of: (i: number, j: number) => number): number[][] =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => of(i, j)))
  const [a, b] = [matrix(6, 7, (i, j) => i + j), matrix(7, 8, (i, j) => i - 2 * j)]
  const product = matrix(6, 8, (i, j) => a[i]?.reduce((sum, one, k) => sum + one * (b[k]?.[j] ?? 0), 0) ?? 0)
  const common = { a: SharedArray.from(a), b: SharedArray.from(b), c: SharedArray.of('float64', 6, 8) }
  for (const rows of [
    [0, 3],
    [3, 6],
  ]) {
    for (const columns of [
      [0, 2],
      [2, 4],
      [4, 6],
      [6, 8],
    ])
      await perform(matrixProducter, { ...common, rows, columns })
  }
  t_.deepEqual(common.c.toArray(), product as Nested)
})
