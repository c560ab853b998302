/** The lane: its properties with a fixed seed and a random one, and the mutants that they must notice. */

import test from 'ava'

import { openLinkedLane } from '../../src/crew/lane/linked-lane.ts'
import { loadMutant, loadMutantTree, type Mutant } from '../mutants.ts'
import { type LaneModule, laneHolds } from './lane-properties.ts'

test('a lane tells of each job once, in order, and of nothing that is not there (1.3, 1.5, I6)', async t => {
  await t.notThrowsAsync(() => laneHolds({ openLinkedLane }, { seed: 20260101 }))
  await t.notThrowsAsync(() => laneHolds({ openLinkedLane }))
})

/** `file`: where it is not linked-lane itself. */
const mutants: readonly (Mutant & { readonly file?: string })[] = [
  {
    broken: 'work is sent before the place is ready',
    find: "if (this.#life.phase !== 'ready' || this.#leaving !== undefined)\n            return;",
    put: '',
  },
  { broken: 'what is given stays here', find: 'queueMicrotask(this.#flushNow);', put: '' },
  {
    broken: 'the close goes ahead of what was given',
    find: ' && inFlight.unsent === inFlight.high) {',
    put: ') {',
  },
  { broken: 'the close is sent again and again', find: 'this.#closeSent = true;', put: '' },
  {
    broken: 'what has begun is withdrawn',
    find: 'if (!this.#mayTake(n))\n            return false;',
    put: '',
  },
  {
    broken: 'what was withdrawn is still held',
    find: '        this.#letGo(n);\n        this.#inFlight.tidy();',
    put: '        this.#inFlight.tidy();',
  },
  {
    broken: 'what is withdrawn can be begun',
    find: 'this.#plan.cells !== undefined && withdrawCell(this.#plan.cells.words, n)',
    put: 'this.#plan.cells !== undefined',
  },
  {
    broken: 'the first goes with the tail',
    find: 'n > first && taken.length',
    put: 'n >= first && taken.length',
  },
  {
    broken: 'an early abort goes to whoever gets the number',
    file: 'aborts',
    find: '.filter(one => one.n !== n)',
    put: '',
  },
  {
    broken: 'an early abort is forgotten',
    file: 'aborts',
    find: 'this.#early.push({ n, reason });',
    put: '',
  },
  {
    broken: 'an abort is told of the wrong job',
    file: 'aborts',
    find: '[toWorker.abort, n, isError',
    put: '[toWorker.abort, n + 1, isError',
  },
  {
    broken: 'it is killed as often as it is told',
    find: "if (this.#life.asked === 'terminate' || this.#life.isGone)",
    put: 'if (false)',
  },
  {
    broken: 'an end that completes nothing',
    file: 'lane-life',
    find: 'this.#out?.complete();',
    put: '',
  },
  {
    broken: 'what was handed ahead is blamed',
    file: 'stock',
    find: "standing === 'queued' ? queued : standing",
    put: "standing === 'queued' ? begun : standing",
  },
  {
    broken: 'what had finished is blamed',
    file: 'stock',
    find: "standing === 'begun' ? begun : lost",
    put: "standing === 'begun' ? begun : begun",
  },
  {
    broken: 'without cells, what was sent is run again',
    file: 'stock',
    find: "?? 'begun'",
    put: "?? 'queued'",
  },
  {
    broken: 'a terminated one has crashed',
    file: 'lane-exit-of',
    find: "if (asked === 'terminate')\n        return 'closed';",
    put: '',
  },
  {
    broken: 'every close is polite',
    file: 'lane-exit-of',
    find: "asked === 'close' && lastWord?.closed === true",
    put: "asked === 'close'",
  },
  {
    broken: 'a failed start is a crash',
    file: 'lane-exit-of',
    find: "if (!wasReady)\n        return 'failedToStart';",
    put: '',
  },
  {
    broken: 'a result of what is not here is believed',
    file: 'inbox',
    find: "if (!this.#isHere(first + k, 'result'))\n                return;",
    put: ';',
  },
  {
    broken: 'a failure of what is not here is believed',
    file: 'inbox',
    find: "if (!this.#isHere(n, 'failure'))\n            return;",
    put: '',
  },
  {
    broken: 'a note of what is not here is believed',
    file: 'inbox',
    find: "if (this.#isHere(n, 'note'))",
    put: '',
  },
  { broken: 'it is ready twice', find: "if (this.#life.phase !== 'opening') {", put: 'if (false) {' },
  {
    broken: 'a closing lane has room',
    find: 'if (!this.#life.takesJobs)\n            return 0;',
    put: '',
  },
  {
    broken: 'a lane that is gone takes more',
    file: 'lane-life',
    find: "if (this.phase === 'gone')\n            throw",
    put: 'if (false) throw',
  },
  {
    broken: 'without cells, the next one is never sent',
    find: 'if (unsent < high || (',
    put: 'if (false && unsent < high || (',
  },
  {
    broken: 'only the first of a bundle is heard',
    file: 'inbox',
    find: 's < message.length; s++',
    put: 's < 2; s++',
  },
]

for (const mutant of mutants) {
  test(`a mutant of the lane is noticed: ${mutant.broken}`, async t => {
    const entry = 'crew/lane/linked-lane.js'
    const module =
      mutant.file === undefined
        ? await loadMutant<LaneModule>(new URL(`../../src/${entry}`, import.meta.url), mutant)
        : await loadMutantTree<LaneModule>(entry, `crew/lane/${mutant.file}.js`, mutant)
    await t.throwsAsync(() => laneHolds(module, { seed: 20260101, endOnFailure: true }))
  })
}
