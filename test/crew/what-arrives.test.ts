/** What is sent arrives as what it was, on every crew, or is refused by name: never as something else without a word. */

import test from 'ava'

import type { Crew } from '../../src/crew/crew.ts'
import { inline } from '../../src/crew/inline.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { processes } from '../../src/entries/processes.ts'
import { transfer } from '../../src/words/transfer.ts'
import type { AnyWorker } from '../../src/worker/worker.ts'
import { echo } from '../fixtures/basic.ts'
import { bytes, deepMover, maker, makers, protocols, wrappers } from '../fixtures/odd-values.ts'
import { tryLane } from './try-lane.ts'

const elsewhere: Readonly<Record<string, () => Crew>> = {
  threads: () => threads(),
  processes: () => processes(),
}
const all: typeof elsewhere = { ...elsewhere, inline: () => inline() }

const open = (crew: () => Crew, definitions: readonly AnyWorker[]) => {
  const one = tryLane(crew(), definitions)
  one.open()
  return one
}
type Tried = ReturnType<typeof open>
const failuresOf = (one: Tried) =>
  one.events.flatMap(event => (event.type === 'failed' ? [event.failure] : []))

const emptied = ['url', 'headers', 'response', 'params', 'encoder', 'secretive', 'stateless']
const kept = ['fields', 'date', 'error', 'bytes', 'plain', 'none', 'nothing']

for (const [name, crew] of Object.entries(elsewhere)) {
  for (const as of ['result', 'later', 'note', 'many notes']) {
    test.serial(`${name}: a ${as} that would arrive empty is refused, by its path`, async t => {
      const one = open(crew, [maker])
      const ways = Object.keys(wrappers)
      const cases = emptied.flatMap((what, i) => [
        [what, 'itself'],
        [what, ways[i % ways.length] as string],
      ])
      for (const [what, how] of cases) one.give({ attributes: { what, how, as } })
      await one.settled(cases.length)
      t.deepEqual(
        one.outcomes().map(([, outcome]) => outcome),
        cases.map(() => 'unserialisable'),
      )
      for (const { why } of failuresOf(one))
        t.regex(why, /^(result|note).*: \[\w+\], whose state is not in fields/)
      await one.terminate()
    })
  }

  test.serial(
    `${name}: an attribute that would arrive empty is refused, by its path; its neighbours are done`,
    async t => {
      const one = open(crew, [echo])
      one.give({ attributes: { value: 1 } })
      one.give({ attributes: { value: { rows: [{ link: new URL('http://a.example/') }] } } })
      one.give({ attributes: { value: new Map([['k', new Headers()]]) } })
      one.give({ attributes: { value: 2 } })
      await one.settled(4)
      t.deepEqual(
        one.outcomes().sort(([a], [b]) => a - b),
        [
          [0, 1],
          [1, 'unserialisable'],
          [2, 'unserialisable'],
          [3, 2],
        ],
      )
      t.regex(failuresOf(one)[0]?.why ?? '', /^attributes\.value\.rows\[0\]\.link: \[URL\]/)
      await one.terminate()
    },
  )

  test.serial(`${name}: what has fields of its own, or is cloned as a whole, arrives`, async t => {
    const one = open(crew, [maker])
    for (const what of kept)
      for (const how of Object.keys(wrappers)) one.give({ attributes: { what, how, as: 'result' } })
    const count = kept.length * Object.keys(wrappers).length
    await one.settled(count)
    t.deepEqual(failuresOf(one), [])
    await one.terminate()
  })
}

test.serial('inline: values pass by reference, and lose nothing', async t => {
  const one = open(all.inline as () => Crew, [echo])
  const values = Object.values(makers).map(make => make())
  for (const value of values) one.give({ attributes: { value } })
  await one.settled(values.length)
  for (const [i, [, result]] of one.outcomes().entries()) t.is(result, values[i])
  await one.terminate()
})

for (const [name, crew] of Object.entries(all)) {
  test.serial(`${name}: a Buffer is a Buffer on both sides, at any depth`, async t => {
    const one = open(crew, [bytes])
    const buffer = () => Buffer.from('héllo')
    const hex = buffer().toString('hex')
    const shapes: [unknown, string][] = [
      [buffer(), ''],
      [{ a: [{ b: buffer() }] }, 'a.0.b'],
      [new Map([['k', [buffer()]]]), 'k.0'],
      [new Set([1, buffer()]), '1'],
      [Buffer.alloc(0), ''],
      [Buffer.allocUnsafeSlow(70_000).fill(7), ''],
    ]
    for (const [data, path] of shapes) one.give({ attributes: { data, path, back: 'hex' } })
    for (const [data, path] of shapes) one.give({ attributes: { data, path, back: 'result' } })
    one.give({ attributes: { data: shapes[1]?.[0], path: 'a.0.b', back: 'note' } })
    one.give({ attributes: { data: buffer(), path: '', back: 'error' } })
    await one.settled(shapes.length * 2 + 2)
    const results = one.outcomes().map(([, result]) => result)
    t.deepEqual(results.slice(0, 4), [hex, hex, hex, hex])
    for (const [i, [data]] of shapes.entries()) t.deepEqual(results[shapes.length + i], data)
    t.true(Buffer.isBuffer(results[shapes.length]))
    t.deepEqual(one.notes(), [shapes[1]?.[0]])
    const { error } = failuresOf(one)[0] ?? {}
    t.deepEqual([error?.stdout, error?.nested], [buffer(), { deep: [buffer()] }])
    t.true(Buffer.isBuffer(error?.stdout))
    await one.terminate()
  })

  for (const how of ['async iterator', 'async iterable', 'iterator', 'watchable']) {
    test.serial(
      `${name}: an answer with the protocol of an ${how}, and not its class, is followed`,
      async t => {
        const one = open(crew, [protocols])
        one.give({ attributes: { how } })
        one.give({ attributes: { how: 'array' } })
        await one.settled(2)
        t.deepEqual(one.notes(), [0, 1, 2])
        t.deepEqual(one.outcomes(), [
          [0, how === 'watchable' ? 2 : 'end'],
          [1, [0, 1]],
        ])
        await one.terminate()
      },
    )
  }

  test.serial(`${name}: streams and iterators of the platform are followed, too`, async t => {
    const one = open(crew, [protocols])
    one.give({ attributes: { how: 'web stream' } })
    one.give({ attributes: { how: 'map iterator' } })
    await one.settled(2)
    t.deepEqual(
      one.notes().map(note => (note instanceof Uint8Array ? [...note] : note)),
      [[97, 98, 99], 0],
    )
    t.deepEqual(one.outcomes(), [
      [0, undefined],
      [1, undefined],
    ])
    await one.terminate()
  })

  test.serial(
    `${name}: an async iterable that waits for ever is asked by its 'return', and answers`,
    async t => {
      const one = open(crew, [protocols])
      const job = one.give({ attributes: { how: 'async iterable that never ends' } })
      await one.until(() => one.events.some(event => event.type === 'ready'))
      one.lane.abort(job, 'enough')
      await one.settled(1)
      t.deepEqual(one.outcomes(), [[0, 'threw']])
      await one.terminate()
    },
  )
}

test.serial(
  'threads: what is marked to move deep in a value moves, both ways, at once and later',
  async t => {
    const one = open(all.threads as () => Crew, [deepMover])
    const { buffer } = new Uint8Array(100_000)
    const value = { image: new Map([['pixels', [transfer(buffer, [buffer])]]]) }
    one.give({ attributes: { value, as: 'attributes' } })
    await one.settled(1)
    t.is(buffer.byteLength, 0)
    one.give({ attributes: { value: 0, as: 'result' } })
    one.give({ attributes: { value: 0, as: 'note' } })
    await one.settled(3)
    t.is(one.outcomes()[2]?.[1], 0)
    await one.terminate()
  },
)
