/** A boss and his registry: guards look at his context, unknown keys are warned about or, strict, refused. */

import test from 'ava'
import * as t from 'io-ts'
import { fakeCrew } from '../../src/entries/testing.ts'
import { Boss, type BossOptions, defineWorker, type InspectEvent, since } from '../../src/index.ts'

const recent = defineWorker(import.meta, {
  name: 'recent',
  attr: { colour: { type: t.string, default: 'green' } },
  only: { year: [since(2003)] },
  work: ({ colour }) => colour,
})

function boss(options: Partial<BossOptions<typeof recent>> = {}) {
  const one = new Boss({ workers: recent, crew: fakeCrew(), ...options })
  const events: InspectEvent[] = []
  one.inspect$.subscribe(event => events.push(event))
  return { boss: one, events }
}

test('a guard is met, or not, by the context of the boss; a missing key is a reason', t_ => {
  t_.is(boss({ context: { year: 2005 } }).boss.give({}), 0)
  t_.throws(() => boss({ context: { year: 2001 } }).boss.give({}), { message: /year/ })
  t_.throws(() => boss().boss.give({}), { message: /year/ })
})

test('an unknown key is taken with a warning that says what was meant; strict refuses it', t_ => {
  const context = { year: 2005 }
  const { boss: patient, events } = boss({ context })
  patient.give({ colours: 'red' } as never)
  const warning = events.find(({ type }) => type === 'instruction.warn')
  t_.regex((warning as { why: string }).why, /did you mean "colour"/)
  t_.throws(() => boss({ context, strict: true }).boss.give({ bidon: 1 } as never), { message: /bidon/ })
})
