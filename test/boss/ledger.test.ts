/** The ledger: its properties with a fixed seed and a random one, and the mutants that they must notice. */

import test from 'ava'

import { Ledger } from '../../src/boss/ledger.ts'
import type { Mutant } from '../mutants.ts'
import { loadMutant } from '../mutants.ts'
import { type LedgerModule, ledgerHolds } from './ledger-properties.ts'

test('the ledger keeps each line apart, and its columns agree with a list (I1, 1.2)', t => {
  t.notThrows(() => ledgerHolds({ Ledger }, { seed: 20260101 }))
  t.notThrows(() => ledgerHolds({ Ledger }))
})

const mutants: readonly Mutant[] = [
  { broken: 'an id is used twice', find: 'const id = this.#submitted++', put: 'const id = this.#live' },
  { broken: 'a line in use is given out', find: 'this.#firstFree = this.#tickets[free]', put: 'void 0' },
  { broken: 'the attempts of the last one stay', find: 'this.#attempts[line] = 1;', put: '' },
  { broken: 'what is given back is not pending', find: '- atWork + returned', put: '- atWork' },
  {
    broken: 'more run than there are',
    find: 'const atWork = Math.min(running, this.#live)',
    put: 'const atWork = running',
  },
  { broken: 'a name outlives its instruction', find: 'this.#own.delete(line)', put: 'void 0' },
  {
    broken: 'who asked for the last one is told of the next',
    find: 'this.#askers[line] = undefined',
    put: 'void 0',
  },
  { broken: 'who is settled is found', find: 'this.#lineOf?.delete(this.#ids[line])', put: 'void 0' },
  { broken: 'who came later is not found', find: 'this.#lineOf?.set(id, line)', put: 'void 0' },
  { broken: 'timers are not let go of', find: 'letGo();', put: 'void letGo;' },
  { broken: 'the clock of an attempt goes on', find: 'extras.clock?.();', put: '' },
  { broken: 'extras stay for the next', find: 'this.#extras.delete(line);', put: '' },
  {
    broken: 'growing forgets the states',
    find: 'resized(this.#states, new Uint8Array(lines), kept)',
    put: 'new Uint8Array(lines)',
  },
  {
    broken: 'growing forgets when they came',
    find: 'resized(this.#acceptedAt, new Float64Array(lines), kept)',
    put: 'new Float64Array(lines)',
  },
  {
    broken: 'an empty ledger remembers free lines',
    find: 'this.#firstFree = none;\n        this.#used = 0;',
    put: 'this.#used = 0;',
  },
  { broken: 'lines are told as they lie', find: '.sort((a, b) => this.#ids[a] - this.#ids[b])', put: '' },
  { broken: 'a settled line stays open', find: 'this.#states[line] = free;', put: '' },
  { broken: 'what was given is kept for ever', find: 'this.#given[line] = undefined;', put: '' },
  { broken: 'what is handed out is in no lane', find: 'this.#tickets[line] = ticket;', put: '' },
  {
    broken: 'a lane holds what another does',
    find: 'this.#states[job] === held && this.#tickets[job] === ticket',
    put: 'this.#states[job] === held',
  },
  { broken: 'what was taken back is still held', find: 'if (this.#states[line] !== held)', put: 'if (true)' },
  {
    broken: 'what was taken back had begun',
    find: 'this.#begun.delete(line);\n        if',
    put: ';\n        if',
  },
  { broken: 'work begins twice', find: 'if (this.#begun.has(line))', put: 'if (false)' },
  { broken: 'a repetition is the same attempt', find: 'this.#attempts[line] = attempt;', put: '' },
  { broken: 'an earlier life counts', find: '.earlier = attempts;', put: '.earlier = 0;' },
  { broken: 'what rests wakes never', find: 'if (this.#states[line] === resting)', put: 'if (false)' },
]

for (const mutant of mutants) {
  test(`a mutant of the ledger is noticed: ${mutant.broken}`, async t => {
    const module = await loadMutant<LedgerModule>(
      new URL('../../src/boss/ledger.js', import.meta.url),
      mutant,
    )
    t.throws(() => ledgerHolds(module, { seed: 20260101, endOnFailure: true }))
  })
}
