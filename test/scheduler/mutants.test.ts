/** A test of the tests: desks and rules broken on purpose, one line each. Some law must catch every one of them. */

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import test from 'ava'
import type fc from 'fast-check'

import { openDesk as open } from '../../src/scheduler/desk/desk.ts'
import { exclusive } from '../../src/scheduler/rules/exclusive.ts'
import { maxMemory } from '../../src/scheduler/rules/max-memory.ts'
import { rateLimit } from '../../src/scheduler/rules/rate-limit.ts'
import type { Pending, Scheduler } from '../../src/scheduler/scheduler.ts'
import { Tickets } from '../../src/scheduler/tickets.ts'
import { brokenLaw, type Subject } from './laws.ts'
import { lowestFree, overtakenOnlySoOften, takingTurns } from './scenarios.ts'
import { allOf, combined, type RuleName, subjects } from './subjects.ts'

const compiled = fileURLToPath(new URL('../../src/scheduler', import.meta.url))

/** The modules of the scheduler, with one change. */
async function mutated(file: string, from: string, to: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rxboss-mutant-'))
  try {
    const scheduler = join(folder, 'scheduler')
    cpSync(compiled, scheduler, { recursive: true })
    for (const shared of ['fifo.js', 'heap.js', 'limits.js', 'show-value.js'])
      cpSync(join(compiled, '../words', shared), join(folder, 'words', shared))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const path =
      [file, `desk/${file}`, `rules/${file}`].map(name => join(scheduler, name)).find(existsSync) ?? file
    const code = readFileSync(path, 'utf8')
    if (code.split(from).length !== 2) throw new Error(`"${from}" is not exactly once in ${file}`)
    writeFileSync(
      path,
      code.replace(from, () => to),
    )
    const url = (name: string) => pathToFileURL(join(scheduler, name)).href
    const { openDesk, changeDesk }: typeof import('../../src/scheduler/desk/desk.ts') = await import(
      url('desk/desk.js')
    )
    const { Tickets }: typeof import('../../src/scheduler/tickets.ts') = await import(url('tickets.js'))
    return { openDesk, changeDesk, Tickets }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type Modules = Awaited<ReturnType<typeof mutated>>

const runs = 3000
const laws =
  (...names: RuleName[]) =>
  ({ openDesk: open }: Modules) =>
    brokenLaw(names.length === 0 ? combined() : allOf(...names), { open, runs })
const lawsChanging =
  (...names: RuleName[]) =>
  ({ openDesk: open, changeDesk }: Modules) =>
    brokenLaw(allOf(...names), { open, changeDesk, runs, changing: true })

type Mutant = readonly [
  name: string,
  file: string,
  from: string,
  to: string,
  caught: (by: Modules) => string | undefined,
]

const desks: readonly Mutant[] = [
  [
    'two on one key',
    'key.js',
    'let room = this.most - this.held;\n        if',
    'let room = this.most + 1 - this.held;\n        if',
    laws('exclusive'),
  ],
  [
    'what starts in the same look does not hold its keys',
    'key-claims.js',
    'key.held += amountOf(who, key);\n            const',
    'const',
    laws('exclusive'),
  ],
  [
    'one more than the limit',
    'ruled-desk.js',
    'size >= this.concurrency',
    'size > this.concurrency',
    laws('byPriority', 'maxThreads', 'maxMemory'),
  ],
  [
    'the greatest limit instead of the least',
    'combined-rules.js',
    'Math.min(...rules.map(rule => rule.concurrency))',
    'Math.max(...rules.map(rule => rule.concurrency))',
    laws('byPriority', 'maxThreads'),
  ],
  ['memory of pending only', 'budget.js', 'this.#used += who.cost', '0', laws('maxMemory')],
  ['memory never given back', 'budget.js', 'this.#used -= turn.cost', '0', laws('maxMemory')],
  [
    'exactly full not allowed',
    'budget.js',
    'budget - this.#used +',
    'budget - 1 - this.#used +',
    laws('maxMemory'),
  ],
  ['no ageing', 'arrivals.js', 'this.#overtaken++', '0', laws('byPriority', 'maxThreads', 'maxMemory')],
  [
    'ageing one too late',
    'arrivals.js',
    'if (this.#overtaken < this.#patience)\n            return undefined',
    'if (this.#overtaken <= this.#patience)\n            return undefined',
    laws('byPriority', 'maxThreads', 'maxMemory'),
  ],
  [
    'who was passed over too often is not next',
    'ruled-desk.js',
    '++entry.passed >= this.#patience',
    'false',
    ({ openDesk }) => overtakenOnlySoOften(openDesk),
  ],
  [
    'reserved keys given to others',
    'key.js',
    'break;\n            room -= amountOf(one, this)',
    'break',
    laws('byPriority', 'exclusive', 'maxThreads'),
  ],
  [
    'order unstable',
    'entry.js',
    'a.pending.id - b.pending.id : a',
    'b.pending.id - a.pending.id : a',
    laws('byPriority', 'maxThreads', 'maxMemory'),
  ],
  [
    'order ignored',
    'combined-rules.js',
    'if (only === undefined)',
    'if (only)',
    laws('byPriority', 'maxThreads'),
  ],
  [
    'only the first order counts',
    'combined-rules.js',
    'if (ordering.length === 1)',
    'if (ordering.length > 0)',
    laws('byPriority', 'longestFirst', 'maxThreads'),
  ],
  [
    'comes back at the tail',
    'ruled-desk.js',
    'new Entry(item, this.#view(item), true)',
    'new Entry(item, this.#view(item), false)',
    laws('byPriority', 'maxMemory'),
  ],
  [
    'comes back at the tail of a queue',
    'plain-desk.js',
    'back.splice(from, 0, item)',
    'this.#queue.push(item)',
    ({ openDesk: open }) => brokenLaw(subjects.maxThreads, { open, runs }),
  ],
  [
    'withdrawn, started all the same',
    'ruled-desk.js',
    'this.#line.quit(entry);\n        this.#homes?.quit(entry);\n        for (const key of entry.keys) {\n            if',
    'for (const key of entry.keys) {\n            if',
    laws('byPriority', 'maxThreads', 'maxMemory'),
  ],
  [
    'withdrawn from a queue, started all the same',
    'plain-desk.js',
    'this.#queue[place] = hole',
    '0',
    ({ openDesk: open }) => brokenLaw(subjects.maxThreads, { open, runs }),
  ],
  [
    'a withdrawn one wakes nobody',
    'ruled-desk.js',
    'key.unreserve(entry);\n            this.#parking.offer(key)',
    'key.unreserve(entry)',
    // Few workloads show it.
    ({ openDesk: open }) =>
      brokenLaw(allOf('exclusive', 'byPriority', 'maxThreads'), { open, runs: 5 * runs }),
  ],
  [
    'a released key wakes nobody',
    'ruled-desk.js',
    'this.#claims.release(entry);\n        for (const key of entry.keys) {\n            this.#parking.offer(key)',
    'this.#claims.release(entry);\n        for (const key of entry.keys) {',
    laws('exclusive'),
  ],
  [
    'a second one is not woken when the first does not fit',
    'ruled-desk.js',
    'if (this.#parking.wakeMore())',
    'if (false)',
    laws('exclusive', 'maxMemory'),
  ],
  [
    'who is parked with one key keeps another',
    'parking.js',
    'if (other !== key)',
    'if (false)',
    laws('exclusive', 'byPriority'),
  ],
  [
    'who was set aside stays aside',
    'ruled-desk.js',
    'for (const one of this.#aside.splice(0))',
    'for (const one of this.#aside.splice(0).slice(1))',
    laws('a rule of somebody else'),
  ],
  [
    'a budget forgets what runs when the rules change',
    'ruled-desk.js',
    'this.#readRules(entry);\n            entry.where',
    'entry.where',
    lawsChanging('maxMemory'),
  ],
  [
    'a change of rules loses what runs',
    'desk.js',
    'to.resume(running, from.past)',
    '0',
    lawsChanging('maxThreads', 'byPriority'),
  ],
  [
    'a change of rules keeps what has become impossible',
    'desk.js',
    'if (why === undefined)',
    'if (true)',
    lawsChanging('maxMemory'),
  ],
  [
    'a change of rules forgets the order of arrival',
    'arrivals.js',
    'a.pending.id - b.pending.id)',
    'b.pending.id - a.pending.id)',
    lawsChanging('byPriority', 'maxMemory'),
  ],
  [
    'never looks again when time has passed',
    'ruled-desk.js',
    'const opens = this.#starts.closedUntil(now)',
    'const opens = undefined',
    laws('rateLimit'),
  ],
  [
    'one more than the limit, in a heap',
    'ordered-desk.js',
    'this.running >= this.concurrency',
    'this.running > this.concurrency',
    laws('byPriority', 'maxThreads'),
  ],
  [
    'no ageing in a heap',
    'ordered-desk.js',
    'if (due !== undefined)\n                return due',
    'if (false)\n                return due',
    laws('byPriority', 'maxThreads'),
  ],
  [
    'a heap unstable',
    'ordered-desk.js',
    'a.pending.id < b.pending.id',
    'a.pending.id > b.pending.id',
    laws('byPriority', 'maxThreads'),
  ],
  [
    'withdrawn from a heap, started all the same',
    'ordered-desk.js',
    'first !== undefined && !first.waits',
    'false',
    laws('byPriority', 'maxThreads'),
  ],
  [
    'a heap drained in another order',
    'arrivals.js',
    'a.pending.id - b.pending.id)',
    'b.pending.id - a.pending.id)',
    lawsChanging('byPriority', 'maxThreads'),
  ],
  [
    'keys do not take turns',
    'round-robin.js',
    'turn.last = this.#clock + 1 / this.#weightOf(place)',
    'turn.last = 0',
    ({ openDesk }) => takingTurns(openDesk),
  ],
  [
    'one more on a key than allowed',
    'key-claims.js',
    'most: () => mostPerKey',
    'most: () => mostPerKey + 1',
    laws('atMost', 'maxThreads'),
  ],
  [
    'resources counted by who wants them, not by how much',
    'key.js',
    'who.amounts === undefined ? 1 :',
    'true ? 1 :',
    laws('resources'),
  ],
  [
    'what is left of a resource wakes nobody else',
    'ruled-desk.js',
    'if (key.most > 1)',
    'if (false)',
    laws('resources', 'byPriority'),
  ],
  [
    'starts are not counted by key',
    'key-claims.js',
    'next.at <= now',
    'next.at <= now + 2',
    laws('rateLimit per key'),
  ],
  [
    'a free lane takes the first of all, not of its own',
    'homes.js',
    'this.#warm(rank, most, free) ?? ',
    '',
    laws('sticky', 'maxThreads'),
  ],
  [
    'whose home is free goes to another lane',
    'ruled-desk.js',
    'chosen.lane = this.#homes?.laneOf(chosen, free)',
    'chosen.lane = undefined',
    laws('sticky', 'maxThreads'),
  ],
  [
    'another’s key before one that nobody had',
    'homes.js',
    ' ?? this.#fresh(rank, most)',
    '',
    laws('sticky', 'maxThreads'),
  ],
  [
    'sticky against the order of the other rules',
    'entry.js',
    'order(a.pending, b.pending) || equals(a, b)',
    '(a.rank ??= b.rank, order(a.pending, b.pending)) || equals(a, b)',
    laws('sticky', 'byPriority', 'maxThreads'),
  ],
  ['tickets not lowest free', 'tickets.js', 'a < b', 'a > b', ({ Tickets }) => lowestFree(Tickets)],
  [
    'tickets never used again',
    'tickets.js',
    'this.#returned.push(ticket)',
    '0',
    ({ Tickets }) => lowestFree(Tickets),
  ],
]

for (const [name, file, from, to, caught] of desks) {
  test.serial(`mutant caught: ${name}`, async t => {
    const modules = await mutated(file, from, to)
    const broken = caught(modules)
    t.log(broken?.split('\n')[0])
    t.not(broken, undefined)
  })
}

const filesOf = ({ instruction }: Pending): readonly string[] => instruction.files

/** Rules broken in the way that taylorism's are, with the truth of the rule they stand for. */
const rules: readonly (readonly [name: string, of: RuleName, broken: () => Scheduler])[] = [
  [
    'exclusive against what ran before this batch only',
    'exclusive',
    () => {
      let before: readonly Pending[] = []
      let calls = 0
      return {
        concurrency: Infinity,
        admits: (next, running) => {
          if (calls++ % 3 === 0) before = [...running]
          return !before.some(one => filesOf(one).some(file => filesOf(next).includes(file)))
        },
      }
    },
  ],
  ['exclusive on the first key only', 'exclusive', () => exclusive(({ files }) => files.slice(0, 1))],
  [
    'maxMemory that counts nothing for who gives no figure',
    'maxMemory',
    () => maxMemory({ max: 150, perTask: 0 }),
  ],
  ['rateLimit that lets twice as many start', 'rateLimit', () => rateLimit(8, 1)],
]

for (const [name, of, broken] of rules) {
  test.serial(`mutant caught: ${name}`, t => {
    const subject = (subjects[of] as fc.Arbitrary<Subject>).map(one => ({ ...one, scheduler: broken() }))
    t.not(brokenLaw(subject, { open, runs }), undefined)
  })
}

test('the scenarios hold for the desk as it is', t => {
  t.is(overtakenOnlySoOften(open), undefined)
  t.is(takingTurns(open), undefined)
  t.is(lowestFree(Tickets), undefined)
})
