/** Cases of taylorism that a registry answers by itself; and its examples with shared memory, without a boss. */

import test from 'ava'
import * as t from 'io-ts'
import { fromString } from '../../src/footprint/from-string.ts'
import { before, since } from '../../src/footprint/guards.ts'
import { explainFailure, type Failure } from '../../src/words/failure.ts'
import { defineWorker } from '../../src/worker/define-worker.ts'
import { zip } from '../../src/worker/instruction-set.ts'
import { type Chosen, isChosen, refuseUnknownKeys, registry } from '../../src/worker/registry.ts'
import type { AnyWorker } from '../../src/worker/worker.ts'
import failer from './workers/failer.ts'
import sleeper from './workers/sleeper.ts'
import succeeder from './workers/succeeder.ts'

const seed = registry<AnyWorker>([sleeper, succeeder, failer])
const nameOf = (choice: Chosen | Failure, from = seed) =>
  isChosen(choice) ? from.definitions[choice.definition]?.name : undefined

test('an instruction that nobody knows is refused with a reason per definition', t_ => {
  const [given = {}] = zip({ individual: { nothing: [1] } } as never)
  const failure = seed.choose(given, {}) as Failure
  t_.is(failure.code, 'refused')
  for (const name of ['sleeper', 'succeeder', 'failer']) {
    t_.regex(failure.why, new RegExp(`"${name}": sleepingTime: expected number, got undefined`))
  }
  t_.regex(failure.why, /"failer": .*succeed: expected false, got undefined/)
})

test('{ sleepingTime, succeed: true } is for the Succeeder, not the Sleeper', t_ => {
  t_.is(nameOf(seed.choose({ sleepingTime: 1, succeed: true }, {})), 'succeeder')
  t_.is(nameOf(seed.choose({ sleepingTime: 1, succeed: false }, {})), 'failer')
  t_.is(nameOf(seed.choose({ sleepingTime: 1 }, {})), 'sleeper')
})

test('a sleepingTime that is none of the values is refused as not in values', t_ => {
  const failure = seed.choose({ sleepingTime: 0.002 }, {}) as Failure
  t_.regex(
    explainFailure(failure),
    /"sleeper": sleepingTime: expected one of 0.001, .*got 0.002 \(not in values\)/,
  )
})

test('two definitions of one specification are ambiguous, in either order of registration', t_ => {
  const define = (name: string) => defineWorker(import.meta, { name, attr: { n: t.number }, work: () => 0 })
  const [one, other] = [define('one'), define('other')]
  const failures = [registry([one, other]), registry([other, one])].map(from => from.choose({ n: 1 }, {}))
  t_.deepEqual(failures[0], failures[1])
  t_.regex((failures[0] as Failure).what, /ambiguous between "one" and "other"/)
  t_.is((failures[0] as Failure).code, 'ambiguous')
})

test('an unknown key bidon is dropped and told of; a strict boss refuses it', t_ => {
  const choice = seed.choose({ sleepingTime: 1, bidon: 3 }, {}) as Chosen
  t_.deepEqual(choice.attributes, { sleepingTime: 1, wakeupSentence: 'Hello !' })
  t_.deepEqual(choice.unknownKeys, [{ key: 'bidon', meant: undefined }])
  t_.regex(
    explainFailure(refuseUnknownKeys('sleeper', choice.unknownKeys ?? [])),
    /unknown attribute "bidon"/,
  )
})

test('alias, remap and casting in one instruction', t_ => {
  const painter = defineWorker(import.meta, {
    name: 'painter',
    attr: {
      colour: { type: t.keyof({ green: null, blue: null }), alias: 'aspect', remap: { lightgreen: 'green' } },
      number: fromString(t.number),
    },
    work: () => 0,
  })
  const choice = registry([painter]).choose({ aspect: 'lightgreen', number: '04' }, {}) as Chosen
  t_.deepEqual(choice.attributes, { colour: 'green', number: 4 })
})

test('since and before; an absent year is refused with its reason, not a crash', t_ => {
  const model = defineWorker(import.meta, {
    name: 'model',
    attr: { year: { type: t.union([t.Int, t.undefined]) } },
    only: { year: [since(2003), before(2008)] },
    work: () => 0,
  })
  const models = registry([model])
  const accepts = (given: object) => isChosen(models.choose({ ...given }, {}))
  t_.deepEqual(
    [2003, 2005, 2008].map(year => accepts({ year })),
    [true, true, false],
  )
  t_.regex((models.choose({}, {}) as Failure).why, /^year: expected at least 2003, got no value \(guard\)/)
})
