/** What may start, by options: resources, limits for each value of an attribute, deadlines. */

import ava from 'ava'

import { ndjson, numbers, rxboss, worker } from './command.ts'

// One at a time: each of them starts a process with threads.
const test = ava.serial
const quiet = ['--progress', 'none', '--no-summary']

test('--resource and --needs: each has a part of its own; a record may need more, or nothing, or too much', async t => {
  const { reports, code } = await rxboss(
    ['run', worker('gpu'), '-j2', '-k', '--resource', 'gpu=a,b', '--needs', 'gpu=1', ...quiet],
    {
      input: ndjson({ n: 1 }, { n: 2, needs: { gpu: 2 } }, { n: 3, needs: {} }, { n: 4, needs: { gpu: 3 } }),
    },
  )
  t.is(code, 1)
  const [one, both, none, tooMuch] = reports
  t.true(['a', 'b'].includes(one?.result[0]) && one?.result.length === 1)
  t.deepEqual(both?.result, ['a', 'b'])
  t.deepEqual(none?.result, [])
  t.is(tooMuch?.kind, 'failed')
})

test('--at-most --per: so many at once with the same value, the others go on', async t => {
  const { reports } = await rxboss(
    ['run', worker('any'), '-j4', '--at-most', '1', '--per', 'file', ...quiet],
    { input: ndjson(...['a', 'a', 'a', 'b'].map(file => ({ file, ms: 300 }))) },
  )
  t.is(reports.length, 4)
  t.true(reports.findIndex(({ line }) => line === 4) < 3, 'b does not wait for all of a')
})

test('--sticky: the same value goes to the same worker', async t => {
  const values = ['a', 'b', 'c', 'b', 'a', 'c', 'c', 'a', 'b', 'a', 'b', 'c', 'b', 'c', 'a', 'a', 'c', 'b']
  const { reports } = await rxboss(
    ['run', worker('place'), '-j3', '--sticky', 'file', '--crew', 'processes', ...quiet],
    { input: ndjson(...values.map(file => ({ file, ms: 20 }))) },
  )
  const places = new Map<string, Set<number>>()
  for (const { result } of reports)
    places.set(result.file, (places.get(result.file) ?? new Set()).add(result.pid))
  t.is(reports.length, values.length)
  // Each begins where it is warm; only when all of its own are done does a worker take another's.
  t.true([...places.values()].reduce((sum, pids) => sum + pids.size, 0) <= 5)
})

test('--deadline: the same as --order deadline, and --order decides among equals', async t => {
  const { reports } = await rxboss(
    ['run', worker('any'), '-j1', '--deadline', '--order', 'priority', ...quiet],
    {
      input: ndjson({ n: 1 }, { n: 2, priority: 1 }, { n: 3, deadline: 2e12 }, { n: 4, deadline: 1e12 }),
    },
  )
  t.deepEqual(
    reports.map(({ result }) => result),
    [4, 3, 2, 1],
  )
})

test('--order deadline: the earliest first, dates as text', async t => {
  const { reports } = await rxboss(['run', worker('any'), '-j1', '--order', 'deadline', ...quiet], {
    input: ndjson(
      { n: 1 },
      { n: 2, deadline: '2030-01-02T00:00:00Z' },
      { n: 3, deadline: Date.parse('2030-01-01T00:00:00Z') },
    ),
  })
  t.deepEqual(
    reports.map(({ result }) => result),
    [3, 2, 1],
  )
})

const wrong: readonly (readonly [RegExp, ...string[]])[] = [
  [/--per says for which attribute/, '--per', 'n'],
  [/give --per, too/, '--at-most', '2'],
  [/give that, too/, '--needs', 'gpu=1'],
  [/must be a name and how much/, '--resource', 'gpu'],
  [/there is no --resource of that name/, '--resource', 'gpu=1', '--needs', 'tpu=1'],
  [/has no such attribute/, '--rate', '5/s', '--per', 'typo'],
  [/--sticky typo: .* has no such attribute/, '--sticky', 'typo'],
]

for (const [message, ...args] of wrong)
  test(`refused before anything is read: ${args.join(' ')}`, async t => {
    const { code, stderr } = await rxboss(['run', worker('gpu'), ...args, ...quiet], { input: numbers(1) })
    t.is(code, 255)
    t.regex(stderr, message)
  })
