/** `step`: its properties with a fixed seed and a random one, and the mutants that they must notice. */

import test from 'ava'

import type { Mutant } from '../mutants.ts'
import { loadMutantOf } from '../mutants.ts'
import { holds } from './step-properties.ts'
import { type Rules, rules } from './world.ts'

test('every rule holds in 1,500 runs with a fixed seed', t => {
  t.notThrows(() => holds(rules, { seed: 20260101 }))
})

test('every rule holds in 1,500 runs with a random seed', t => {
  t.notThrows(() => holds(rules))
})

const mutants: readonly Mutant[] = [
  {
    broken: 'repeats once too often',
    find: 'facts.attempt <= facts.retries && state.phase',
    put: 'facts.attempt <= facts.retries + 1 && state.phase',
  },
  {
    broken: 'repeats while stopping',
    find: "facts.attempt <= facts.retries && state.phase === 'live'",
    put: 'facts.attempt <= facts.retries',
  },
  { broken: 'repeats what threw', find: 'const mayRepeat = accident ||', put: 'const mayRepeat = true ||' },
  {
    broken: 'poison and crashed swapped',
    find: 'const repeatedly = facts.retries > 0',
    put: 'const repeatedly = facts.retries === 0',
  },
  {
    broken: 'an intended death counts',
    find: "const intended = was === 'condemned' || gone.death.why === 'closed'",
    put: 'const intended = false',
  },
  {
    broken: 'a halted boss opens lanes',
    find: "state.phase !== 'live' || state.pump === 'off'",
    put: "state.phase !== 'live'",
  },
  { broken: 'what had finished is repeated', find: 'if (facts.finished)', put: 'if (false)' },
  { broken: 'what never began is blamed', find: 'else if (facts.repeatable)', put: 'else if (false)' },
  {
    broken: 'what never began has timed out',
    find: "cut.as === 'timeout' && facts.repeatable",
    put: 'false',
  },
  {
    broken: 'what never began waits again while stopping',
    find: "if (state.phase !== 'live')\n            next = [state",
    put: 'if (false)\n            next = [state',
  },
  {
    broken: 'what never began is not cancelled, though it was told to end',
    find: 'else if (cut?.attempt === facts.attempt && !(',
    put: 'else if (false && !(',
  },
  {
    broken: 'a boss that has turned away still hears',
    find: 'heard: stopping.heard && ending',
    put: 'heard: true || ending',
  },
  { broken: 'the last idle lane leaves too', find: 'stay(state) > config.crew.min', put: 'true' },
  {
    broken: 'a lane opens though nothing may start',
    find: "state.phase === 'live' && state.pump === 'on' && now >= state.carefulUntil",
    put: 'true',
  },
  { broken: 'lanes above the limit stay', find: 'if (ticket < limit)', put: 'if (true)' },
  { broken: 'all lanes go when the limit falls', find: 'if (ticket < limit)', put: 'if (false)' },
  {
    broken: 'end leaves the intake open',
    find: '{ ...state, intake, ending }',
    put: '{ ...state, ending }',
  },
  { broken: 'end waits for no source', find: 'state.sources > 0', put: 'false' },
  {
    broken: 'the last source closes nothing',
    find: "state.intake !== 'draining' || sources > 0",
    put: 'true',
  },
  {
    broken: 'each source that ends closes the intake',
    find: "state.intake !== 'draining' || sources > 0",
    put: "state.intake !== 'draining'",
  },
  {
    broken: 'exit before the last lane',
    find: "state.phase === 'exited' || state.lanes.size > 0",
    put: "state.phase === 'exited'",
  },
  { broken: 'a stop forgets what is pending', find: 'if (first)', put: 'if (false)' },
  { broken: 'stopThemWorking is polite', find: "ending !== 'stopThemWorking')", put: 'true)' },
  { broken: 'stopListening keeps listening', find: "if (ending === 'stopListening')", put: 'if (false)' },
  {
    broken: 'a weaker ending undoes a stronger one',
    find: 'strength[ending] <= strength[state.ending]',
    put: 'false',
  },
  {
    broken: 'a boss with nothing left never leaves',
    find: 'state.pending > 0 || state.running > 0)',
    put: 'true)',
  },
  {
    broken: 'a boss leaves work behind',
    find: 'state.pending > 0 || state.running > 0)',
    put: 'state.running > 0)',
  },
  {
    broken: 'force after the grace period never comes',
    find: 'if (cut?.attempt !== attempt || !state.lanes.has(cut.ticket))',
    put: 'if (true)',
  },
  { broken: 'a storm lets others go on', find: "{ do: 'failAll', failure }", put: "{ do: 'pump' }" },
  {
    broken: 'what was cut short keeps its result',
    find: 'cut?.attempt === facts.attempt\n        ? wasCutShort(config, state, { facts, cut })',
    put: 'false\n        ? wasCutShort(config, state, { facts, cut })',
  },
  { broken: 'a lost lane is still counted', find: 'lanes.delete(gone.ticket)', put: 'void 0' },
  {
    broken: 'a death is forgotten',
    find: 'const mourning = {\n        ...without,\n        deaths,',
    put: 'const mourning = {\n        ...without,\n        deaths: [],',
  },
  { broken: 'a blamed death counts', find: "config.supervise.count !== 'all'", put: 'false' },
  {
    broken: 'no death is blamed for anything',
    find: "gone.death.blamed && config.supervise.count !== 'all'",
    put: 'true',
  },
  { broken: 'starts fail for ever', find: 'failedStarts >= Math.max(1, max)', put: 'false' },
  { broken: 'a start that succeeds is no news', find: ", 'open'), failedStarts: 0 }", put: ", 'open') }" },
  { broken: 'dying of one after the other costs no time', find: 'inARow < 3', put: 'true' },
  { broken: 'dying of one costs time', find: 'inARow < 3 ? 0', put: 'inARow < 3 ? 1' },
  { broken: 'a success is forgotten', find: 'if (gone.death.succeeded)', put: 'if (false)' },
  { broken: 'a lane that rests is opened', find: "[{ do: 'restTicket', ticket, ms }]", put: '[]' },
  {
    broken: 'a timeout ends what waits',
    find: "return 'running'",
    put: "return 'both'",
  },
  {
    broken: 'queueTimeout ends what waits to be repeated',
    find: "attempt === 1 ? 'waiting'",
    put: "true ? 'waiting'",
  },
  { broken: 'queueTimeout ends what runs', find: "attempt === 1 ? 'waiting'", put: "true ? 'both'" },
  { broken: 'what waits cannot be cancelled', find: "return 'both'", put: "return 'running'" },
  { broken: 'what runs cannot be cancelled', find: "return 'both'", put: "return 'waiting'" },
  { broken: 'the newest are refused', find: "overflow === 'dropOldest' &&", put: 'false &&' },
  { broken: 'the oldest are dropped unasked', find: "overflow === 'dropOldest' &&", put: 'true &&' },
  {
    broken: 'more are dropped than need be',
    find: 'waiting + count - capacity',
    put: 'waiting + count - capacity + 1',
  },
  {
    broken: 'it begins again and again',
    find: "after.pump === 'on' && !before.begun",
    put: "after.pump === 'on'",
  },
  {
    broken: 'it closes again and again',
    find: "after.intake === 'closed' && before.intake !== 'closed'",
    put: "after.intake === 'closed'",
  },
  {
    broken: 'a failure stops nobody',
    find: "if (config.onFailure === 'continue' || state.phase !== 'live')",
    put: 'if (true)',
  },
]

for (const mutant of mutants) {
  test(`a mutant is noticed: ${mutant.broken}`, async t => {
    const folder = new URL('../../src/boss/step/', import.meta.url)
    const entries = ['step.js', 'state.js', 'early-ends.js']
    const broken = await loadMutantOf<Rules>(folder, entries, mutant)
    t.throws(() => holds(broken, { seed: 20260101, endOnFailure: true }))
  })
}
