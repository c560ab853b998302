/**
 * What choosing costs: `schedule` over a task of one microtask, n pending with random priorities, 4 tickets, against a
 * bare binary heap of the same n with the same task and no scheduler. The heap compares as the rule does: by a function
 * of two entries, arrival deciding among equals. The first ratio leaves out the heap's task, the second has it in.
 *
 *     node test/bench/choice.mjs [rounds]        after a build; one process per measurement, medians
 */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const sizes = [1e3, 1e4, 1e5, 1e6]
const subjects = [
  'heap',
  'heap and task',
  'maxThreads',
  'byPriority',
  'byPriority + maxMemory + exclusive',
  'byPriority + maxMemory + exclusive + resources + atMost',
]

const [what, size] = process.argv.slice(2)
if (subjects.includes(what)) console.log(await measure(what, Number(size)))
else table(Number(what ?? 5))

function table(rounds) {
  const self = fileURLToPath(import.meta.url)
  for (const n of sizes) {
    const times = subjects.map(() => [])
    for (let round = 0; round < rounds; round++) {
      subjects.forEach((_, i) => {
        const at = (i + round) % subjects.length
        times[at].push(Number(execFileSync(process.execPath, [self, subjects[at], String(n)])))
      })
    }
    const medians = times.map(all => all.sort((a, b) => a - b)[rounds >> 1])
    const cells = medians.map(
      (ns, i) =>
        `${subjects[i]} ${ns.toFixed(0)} ns (${(ns / medians[0]).toFixed(2)}, ${(ns / medians[1]).toFixed(2)})`,
    )
    console.log(`${n}: ${cells.join(' | ')}`)
  }
}

async function measure(what, n) {
  // Warm up on small ones, several times: at n = 1000 one run would measure the compiler.
  for (let done = 0; done < 200_000; done += 1000) await run(what, 1000)
  const times = []
  for (let i = 0; i < Math.max(1, 4e5 / n); i++) times.push(await run(what, n))
  return times.sort((a, b) => a - b)[times.length >> 1]
}

async function run(what, n) {
  const list = Array.from({ length: n }, () => ({
    priority: Math.random(),
    memory: Math.floor(Math.random() * 50),
    file: Math.floor(Math.random() * 16),
    needs: { gpu: Math.floor(Math.random() * 2) },
  }))
  const start = performance.now()
  const count = what.startsWith('heap') ? await bare(list, what) : await scheduled(list, what)
  if (count !== n) throw new Error(`${count} of ${n} done`)
  return ((performance.now() - start) * 1e6) / n
}

async function bare(list, what) {
  const heap = []
  let id = 0
  for (const instruction of list) push(heap, { id: id++, instruction })
  let count = 0
  for (let next = pop(heap); next !== undefined; next = pop(heap)) {
    if (what === 'heap and task') await undefined
    count++
  }
  return count
}

async function scheduled(list, what) {
  const at = name => import(new URL(`../../dist/src/scheduler/${name}.js`, import.meta.url).href)
  const { schedule } = await at('schedule')
  const { scheduler } = await at('rules/combine')
  const { maxThreads } = await at('rules/max-threads')
  const { byPriority } = await at('rules/by-priority')
  const { maxMemory } = await at('rules/max-memory')
  const { exclusive } = await at('rules/exclusive')
  const { resources } = await at('rules/resources')
  const { atMost } = await at('rules/at-most')
  const { from } = await import('rxjs')
  const all = [
    [],
    [byPriority()],
    [byPriority(), maxMemory({ max: 100 }), exclusive(i => [i.file])],
    [
      byPriority(),
      maxMemory({ max: 100 }),
      exclusive(i => [i.file]),
      resources({ gpu: ['0', '1', '2'] }),
      atMost(2, i => i.file % 4),
    ],
  ]
  const rules = all[subjects.indexOf(what) - 2]
  const task = Promise.resolve(1)
  let count = 0
  await new Promise((resolve, error) => {
    from(list)
      .pipe(schedule(() => task, scheduler(maxThreads(4), ...rules)))
      .subscribe({ next: () => count++, error, complete: resolve })
  })
  return count
}

function order(a, b) {
  return (b.instruction.priority ?? 0) - (a.instruction.priority ?? 0) || a.id - b.id
}

function push(heap, item) {
  let at = heap.push(item) - 1
  while (at > 0) {
    const up = (at - 1) >> 1
    if (order(heap[up], item) < 0) break
    heap[at] = heap[up]
    at = up
  }
  heap[at] = item
}

function pop(heap) {
  const first = heap[0]
  const last = heap.pop()
  if (heap.length === 0) return first
  let at = 0
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && order(heap[child + 1], heap[child]) < 0) child++
    if (order(last, heap[child]) < 0) break
    heap[at] = heap[child]
    at = child
  }
  heap[at] = last
  return first
}
