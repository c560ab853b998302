import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'

import { byPriority } from '../../src/scheduler/rules/by-priority.ts'
import { scheduler } from '../../src/scheduler/rules/combine.ts'
import { parseCpus } from '../../src/scheduler/rules/cpus.ts'
import { exclusive } from '../../src/scheduler/rules/exclusive.ts'
import { fairShare } from '../../src/scheduler/rules/fair-share.ts'
import { laxist } from '../../src/scheduler/rules/laxist.ts'
import { longestFirst } from '../../src/scheduler/rules/longest-first.ts'
import { bindable, memoryMiB, parallelism } from '../../src/scheduler/rules/machine.ts'
import { maxLoad } from '../../src/scheduler/rules/max-load.ts'
import { maxMemory } from '../../src/scheduler/rules/max-memory.ts'
import { maxThreads } from '../../src/scheduler/rules/max-threads.ts'
import { rateLimit } from '../../src/scheduler/rules/rate-limit.ts'
import { deskOf } from './desk-of.ts'

/** A folder with these files in it, in the place of `/`. */
function rootWith(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'rxboss-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  return root
}

test('a container with a quota of 1.5 CPUs on 64 cores has a parallelism of 2', t => {
  t.is(parallelism(rootWith({ 'sys/fs/cgroup/cpu.max': '150000 100000' }), 64), 2)
  t.is(parallelism(rootWith({ 'sys/fs/cgroup/cpu.max': 'max 100000' }), 64), 64)
  t.is(parallelism(rootWith({ 'sys/fs/cgroup/cpu.max': '10000 100000' }), 64), 1)
  const version1 = {
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '300000',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
  }
  t.is(parallelism(rootWith(version1), 64), 3)
  t.is(parallelism(rootWith({ ...version1, 'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1' }), 64), 64)
  t.is(parallelism(rootWith({}), 64), 64)
})

test('the memory of a container is its limit, of a machine without one what it has', t => {
  t.is(memoryMiB(rootWith({ 'sys/fs/cgroup/memory.max': String(64 * 2 ** 20) })), 64)
  t.is(memoryMiB(rootWith({ 'sys/fs/cgroup/memory/memory.limit_in_bytes': String(32 * 2 ** 20) })), 32)
  t.is(memoryMiB(rootWith({ 'sys/fs/cgroup/memory.max': 'max' })), memoryMiB(rootWith({})))
  const nested = {
    'proc/self/cgroup': '0::/slice/unit/self',
    'sys/fs/cgroup/memory.max': 'max',
    'sys/fs/cgroup/slice/memory.max': String(16 * 2 ** 20),
    'sys/fs/cgroup/slice/unit/memory.max': String(48 * 2 ** 20),
    'sys/fs/cgroup/slice/unit/cpu.max': '300000 100000',
    'sys/fs/cgroup/slice/unit/self/cpu.max': 'max 100000',
  }
  t.is(memoryMiB(rootWith(nested)), 16)
  t.is(parallelism(rootWith(nested), 64), 3)
  const old = {
    'proc/self/cgroup': '4:memory:/a/b\n3:cpu,cpuacct:/c',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '1',
  }
  const limited = {
    ...old,
    'sys/fs/cgroup/memory/a/memory.limit_in_bytes': String(8 * 2 ** 20),
    'sys/fs/cgroup/cpu/c/cpu.cfs_quota_us': '200000',
    'sys/fs/cgroup/cpu/c/cpu.cfs_period_us': '100000',
  }
  t.is(memoryMiB(rootWith(limited)), 8)
  t.is(parallelism(rootWith(limited), 64), 2)
})

test('maxMemory admits up to exactly full, and counts who gives no figure as perTask', t => {
  const desk = deskOf(maxMemory({ max: 100, perTask: 40 }), [{ memory: 60 }, {}, {}])
  t.deepEqual([desk.next(0), desk.next(0), desk.next(0)], [0, 1, undefined])
  desk.leave(1)
  t.is(desk.next(0), 2)
})

test('maxMemory fills up exactly with fractions, and again after many', t => {
  const desk = deskOf(maxMemory({ max: 0.3, perTask: 0 }), [
    { memory: 0.1 },
    ...Array(99).fill({ memory: 0.2 }),
  ])
  t.is(desk.next(0), 0)
  for (let id = 1; id < 100; id++) {
    t.is(desk.next(0), id)
    desk.leave(id)
  }
})

test('maxMemory refuses limits out of range when it is made', t => {
  const bad = [
    { max: 0 },
    { max: Number.NaN },
    { max: '100' },
    { fraction: 0 },
    { fraction: 1.1 },
    { fraction: '1' },
  ]
  for (const limits of bad)
    t.throws(() => maxMemory(limits as never), { instanceOf: TypeError, message: /must be/ })
  t.throws(() => maxMemory({ max: 100, perTask: 101 }), { message: /'perTask' must be from 0 to 100/ })
  t.throws(() => maxMemory({ max: 100, fraction: 0.5 }), { message: /not both/ })
})

test('rateLimit and maxLoad refuse limits out of range when they are made', t => {
  for (const n of [0, -1, 1.5, Number.NaN, '3'])
    t.throws(() => rateLimit(n as number, 10), { message: /'n' must be/ })
  for (const ms of [0, -1, Number.NaN, Infinity])
    t.throws(() => rateLimit(1, ms), { message: /'perMs' must be/ })
  for (const load of [-1, Number.NaN, '3'])
    t.throws(() => maxLoad({ load: load as number }), { message: /'load' must be/ })
  const mute = { load: () => undefined, freeMiB: () => undefined }
  t.throws(() => maxLoad({ load: 2 }, mute), {
    message: "Cannot watch the load: this system does not tell 'load'",
  })
})

test('maxLoad starts nothing while the machine is busy, and looks again half a second later', t => {
  let load = 3
  let free = 1000
  const gauges = { load: () => load, freeMiB: () => free }
  const desk = deskOf(maxLoad({ load: 2, memFreeMB: 500 }, gauges), [{}, {}, {}])
  t.is(desk.next(1000), undefined)
  t.is(desk.lookAgainAt(1000), 1500)
  load = 2
  t.is(desk.next(1400), undefined)
  t.is(desk.next(1500), 0)
  free = 499
  t.is(desk.next(1599), 1, 'the reading of 1500 is fresh still')
  t.is(desk.next(1600), undefined)
  t.is(desk.lookAgainAt(1600), 2100)
})

test('rateLimit keeps counting when the rules are changed for others with a rate', t => {
  const desk = deskOf(rateLimit(2, 100), [{}, {}, {}, {}])
  t.deepEqual([desk.next(0), desk.next(10), desk.next(20)], [0, 1, undefined])
  desk.reschedule(scheduler(byPriority(), rateLimit(2, 100)), [0, 1])
  t.is(desk.next(99), undefined)
  t.is(desk.lookAgainAt(99), 100)
  t.is(desk.next(100), 2)
})

test('fairShare takes turns between keys, each in its own order', t => {
  const tenants = ['a', 'a', 'a', 'a', 'b', 'b', 'c']
  const rules = scheduler(
    fairShare(({ tenant }) => tenant),
    byPriority(),
  )
  const given = tenants.map((tenant, id) => ({ tenant, priority: id === 3 ? 1 : 0 }))
  const desk = deskOf(rules, given)
  const started = given.map(() => desk.next(0))
  t.deepEqual(started, [3, 4, 6, 0, 5, 1, 2])
})

test('byPriority lets nobody wait for ever: who is overtaken a hundred times is next', t => {
  const given = [{ priority: 0 }, ...Array(300).fill({ priority: 1 })]
  const desk = deskOf(scheduler(maxThreads(1), byPriority()), given)
  const order = given.map(() => {
    const id = desk.next(0) as number
    desk.leave(id)
    return id
  })
  t.is(order.indexOf(0), 100)
})

test('maxMemory lets nobody wait for ever: who is passed over a hundred times is next, though it has to wait', t => {
  const desk = deskOf(maxMemory({ max: 100 }), [
    { memory: 50 },
    { memory: 100 },
    ...Array(300).fill({ memory: 10 }),
  ])
  t.is(desk.next(0), 0)
  let overtakings = 0
  for (let id = desk.next(0); id !== undefined; id = desk.next(0)) {
    overtakings++
    desk.leave(id)
  }
  t.is(overtakings, 100)
  desk.leave(0)
  t.is(desk.next(0), 1)
})

test('who waits for two keys that are never free together reserves them, and others go on', t => {
  const desk = deskOf({ ...exclusive(({ files }) => files), patience: 3 }, [
    { files: ['a'] },
    { files: ['a', 'b'] },
  ])
  t.is(desk.next(0), 0)
  const running = [0]
  const started: number[] = []
  // From now on there is always one on a, or one on b.
  for (let id = 2; id < 12; id++) {
    desk.give(id, { files: [id % 2 ? 'a' : 'b'] })
    desk.give(id + 100, { files: [`c${id}`] })
    for (let next = desk.next(0); next !== undefined; next = desk.next(0)) {
      started.push(next)
      running.push(next)
    }
    desk.leave(running.shift() as number)
  }
  t.true(started.indexOf(1) >= 0 && started.indexOf(1) <= 20, `${started}`)
  t.true(started.includes(111), 'those that want neither key went on')
})

test('an instruction that names a key twice does not exclude itself', t => {
  t.is(
    deskOf(
      exclusive(() => ['a', 'a']),
      [{}],
    ).next(0),
    0,
  )
})

test('the keys of two rules are apart, even if they look the same', t => {
  const rules = scheduler(
    exclusive(({ file }) => [file]),
    exclusive(({ port }) => [port]),
  )
  const desk = deskOf(rules, [
    { file: '1', port: '2' },
    { file: '2', port: '1' },
    { file: '3', port: '2' },
  ])
  t.deepEqual([desk.next(0), desk.next(0), desk.next(0)], [0, 1, undefined])
})

test('a budget may be in bytes', t => {
  const bytes = { concurrency: Infinity, budget: 64e9, cost: () => 30e9 }
  const rules = scheduler(
    bytes,
    exclusive(({ file }) => [file]),
  )
  const desk = deskOf(rules, [{ file: 'a' }, { file: 'a' }, { file: 'b' }, { file: 'c' }])
  t.deepEqual([desk.next(0), desk.next(0), desk.next(0)], [0, 2, undefined])
  desk.leave(0)
  t.deepEqual([desk.next(0), desk.next(0)], [1, undefined])
})

test('two budgets hold together', t => {
  const gpus = { name: 'gpus', concurrency: Infinity, budget: 1, cost: () => 1 }
  const desk = deskOf(scheduler(maxMemory({ max: 100, perTask: 10 }), gpus), [{}, {}])
  t.deepEqual([desk.next(0), desk.next(0)], [0, undefined])
})

test('scheduler(...) takes the least limit, flattens what is combined already, and keeps all hooks', t => {
  const hook = (name: string) => ({ module: 'm', export: name, argument: 0 })
  const hooked = (name: string) => ({ concurrency: Infinity, hooks: () => [hook(name)] })
  const inner = scheduler(maxThreads(4), hooked('one'))
  const outer = scheduler(inner, maxThreads(3), hooked('two'))
  t.is(outer.concurrency, 3)
  t.deepEqual(outer.hooks?.(0), [hook('one'), hook('two')])
  t.false(deskOf(outer, []).plain, 'with hooks nothing is handed ahead')
  t.true(deskOf(scheduler(maxThreads(4)), []).plain)
})

test('a combination with a member of your own on top obeys that too', t => {
  const desk = deskOf({ ...scheduler(byPriority()), concurrency: 1, order: () => 0 }, [
    { priority: 0 },
    { priority: 1 },
  ])
  t.deepEqual([desk.next(0), desk.next(0)], [1, undefined])
})

test('combinations that contradict themselves are refused with why', t => {
  const share = fairShare(({ tenant }) => tenant)
  const refusals: [() => unknown, RegExp][] = [
    [() => scheduler(), /there are no rules/],
    [() => scheduler(laxist(), maxThreads(2)), /laxist says that there is no limit, maxThreads sets one/],
    [() => scheduler(share, share), /in one way only/],
    [() => scheduler(byPriority(), share), /Give it before byPriority, which then orders within each key/],
  ]
  for (const [refused, message] of refusals) t.throws(refused, { instanceOf: TypeError, message })
  t.notThrows(() => scheduler(share, byPriority(), longestFirst(), maxThreads(2), maxThreads(3)))
})

test('a limit that is no limit is refused when work begins', t => {
  for (const concurrency of [0, -1, 1.5, Number.NaN, '2']) {
    t.throws(() => deskOf({ name: 'mine', concurrency: concurrency as number }, []), {
      message: /'concurrency' of mine must be a whole number above 0, or Infinity/,
    })
  }
})

test('what is larger than the budget is impossible, with both figures', t => {
  const desk = deskOf(maxMemory({ max: 100 }), [])
  t.is(desk.impossibleToGive({ memory: 200 }), 'it needs 200 MiB of memory, and there are 100 in all')
  t.is(desk.impossibleToGive({ memory: 100 }), undefined)
  const gpus = deskOf({ concurrency: 9, budget: 2, cost: ({ instruction }) => instruction.gpus }, [])
  t.is(gpus.impossibleToGive({ gpus: 3 }), 'it costs 3, and the budget is 2 in all')
})

test('bindToCpu is refused where it cannot work, saying what is missing', t => {
  t.throws(() => bindable('darwin'), { message: /works on Linux only, and this is darwin/ })
  t.throws(() => bindable('linux', '/nowhere'), { message: /no 'taskset' on the PATH/ })
})

test('the kernel writes sets of CPUs as ranges', t => {
  t.deepEqual(parseCpus('0-2,5'), [0, 1, 2, 5])
  t.deepEqual(parseCpus('7'), [7])
  t.deepEqual(parseCpus(''), [])
})
