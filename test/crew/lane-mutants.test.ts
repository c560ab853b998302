/** The lane: its properties with a fixed seed and a random one, and the mutants that they must notice. */

import test from 'ava'

import { openLane } from '../../src/crew/lane/linked-lane.ts'
import { loadMutant, type Mutant } from '../mutants.ts'
import { type LaneModule, laneHolds } from './lane-properties.ts'

test('a lane tells of each job once, in order, and of nothing that is not there (1.3, 1.5, I6)', async t => {
  await t.notThrowsAsync(() => laneHolds({ openLane }, { seed: 20260101 }))
  await t.notThrowsAsync(() => laneHolds({ openLane }))
})

const mutants: readonly Mutant[] = [
  {
    broken: 'work is sent before the place is ready',
    find: "        if (this.phase !== 'ready')\n            return;\n        const { books } = this;",
    put: '        const { books } = this;',
  },
  { broken: 'what is given stays here', find: 'queueMicrotask(this.flushNow);', put: '' },
  {
    broken: 'the close goes ahead of what was given',
    find: ' && books.unsent === books.high) {',
    put: ') {',
  },
  { broken: 'the close is sent again and again', find: 'this.closeSent = true;', put: '' },
  {
    broken: 'what has begun is withdrawn',
    find: 'if (!this.mayTake(n))\n            return false;',
    put: '',
  },
  {
    broken: 'what was withdrawn is still held',
    find: '        this.letGo(n);\n        this.books.tidy();',
    put: '        this.books.tidy();',
  },
  {
    broken: 'what is withdrawn can be begun',
    find: 'this.plan.cells !== undefined && withdrawCell(this.plan.cells.words, n)',
    put: 'this.plan.cells !== undefined',
  },
  {
    broken: 'the first goes with the tail',
    find: 'n > first && taken.length',
    put: 'n >= first && taken.length',
  },
  { broken: 'an early abort goes to whoever gets the number', find: '.filter(one => one.n !== n)', put: '' },
  { broken: 'an early abort is forgotten', find: 'this.aborts.push({ n, reason });', put: '' },
  {
    broken: 'an abort is told of the wrong job',
    find: '[toWorker.abort, n, isError',
    put: '[toWorker.abort, n + 1, isError',
  },
  {
    broken: 'it is killed as often as it is told',
    find: "if (this.asked === 'terminate' || this.phase === 'gone')",
    put: 'if (false)',
  },
  { broken: 'an end that completes nothing', find: 'this.out?.complete();', put: '' },
  {
    broken: 'what was handed ahead is blamed',
    find: "standing === 'queued' ? queued : standing",
    put: "standing === 'queued' ? begun : standing",
  },
  {
    broken: 'what had finished is blamed',
    find: "standing === 'begun' ? begun : lost",
    put: "standing === 'begun' ? begun : begun",
  },
  {
    broken: 'without cells, what was sent is run again',
    find: "?? 'begun')",
    put: "?? 'queued')",
  },
  {
    broken: 'a terminated one has crashed',
    find: "if (this.asked === 'terminate')\n            return 'closed';",
    put: '',
  },
  {
    broken: 'every close is polite',
    find: "this.asked === 'close' && this.lastWord?.closed === true",
    put: "this.asked === 'close'",
  },
  {
    broken: 'a failed start is a crash',
    find: "if (this.phase !== 'ready')\n            return 'failedToStart';",
    put: '',
  },
  {
    broken: 'a result of what is not here is believed',
    find: "if (!this.isHere(first + k, 'result'))\n                return;",
    put: ';',
  },
  {
    broken: 'a failure of what is not here is believed',
    find: "if (!this.isHere(n, 'failure'))\n            return;",
    put: '',
  },
  { broken: 'a note of what is not here is believed', find: "if (this.isHere(n, 'note'))", put: '' },
  { broken: 'it is ready twice', find: "if (this.phase !== 'opening') {", put: 'if (false) {' },
  {
    broken: 'a closing lane has room',
    find: "if (this.asked !== 'nothing' || this.phase === 'gone')\n            return 0;",
    put: '',
  },
  {
    broken: 'a lane that is gone takes more',
    find: "if (this.phase === 'gone')\n            throw",
    put: 'if (false) throw',
  },
  {
    broken: 'without cells, the next one is never sent',
    find: 'flushMore() {\n        if (',
    put: 'flushMore() {\n        if (false && ',
  },
  { broken: 'only the first of a bundle is heard', find: 's < message.length; s++', put: 's < 2; s++' },
]

for (const mutant of mutants) {
  test(`a mutant of the lane is noticed: ${mutant.broken}`, async t => {
    const module = await loadMutant<LaneModule>(
      new URL('../../src/crew/lane/linked-lane.js', import.meta.url),
      mutant,
    )
    await t.throwsAsync(() => laneHolds(module, { seed: 20260101, endOnFailure: true }))
  })
}
