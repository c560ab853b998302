/** `inspect.payload`: what `inspect$` carries of what was given, noted and answered, for those who opt in. */

import test from 'ava'
import { Subject } from 'rxjs'

import { type BossOptions, type InspectEvent, maxThreads } from '../../src/index.ts'
import { bossOfFakes, type Square, turn } from './desk-of-fakes.ts'

/** The payloads of one instruction that notes something and is done, one that is cancelled. */
async function payloads(inspect: BossOptions<Square>['inspect']) {
  const { boss, lane, events } = bossOfFakes({ scheduler: maxThreads(1), ...(inspect && { inspect }) })
  boss.start()
  boss.give({ n: 3 })
  boss.cancel(boss.give({ n: 4 }))
  await turn()
  lane(0).getReady()
  lane(0).note({ half: true })
  lane(0).finish(9)
  await turn()
  const carried = (event: InspectEvent) =>
    event.type === 'instruction.accept' || event.type === 'report' ? [[event.type, event.payload]] : []
  return { carried: events.flatMap(carried), done: boss.state.counts.done }
}

test('nothing, unless told', async t => {
  const { carried } = await payloads(undefined)
  t.deepEqual(carried, [
    ['instruction.accept', undefined],
    ['instruction.accept', undefined],
    ['report', undefined],
    ['report', undefined],
    ['report', undefined],
  ])
})

test('a preview is a short text; a function makes what it likes of it', async t => {
  const { carried } = await payloads({ payload: 'preview' })
  t.deepEqual(carried, [
    ['instruction.accept', '{ n: 3 }'],
    ['instruction.accept', '{ n: 4 }'],
    ['report', undefined],
    ['report', '{ half: true }'],
    ['report', '9'],
  ])
  const whole = await payloads({ payload: value => [value] })
  t.deepEqual(whole.carried.at(-1), ['report', [9]])
})

test('one that throws costs itself alone', async t => {
  const broken = () => {
    throw new RangeError('of who looks')
  }
  const { carried, done } = await payloads({ payload: broken })
  t.is(done, 1)
  t.deepEqual(carried.at(-1), ['report', 'inspect.payload threw: RangeError: of who looks'])
})

for (const [what, options] of Object.entries({
  'a payload of another name': { inspect: { payload: 'all' } },
  'a clock that is none': { clock: { now: () => 0 } },
  'a signal that is a Subject': { signal: new Subject() },
  'a journal that is a path': { journal: 'run.journal' },
} as const))
  test(`${what}: a TypeError that names the option`, t => {
    const error = t.throws(() => bossOfFakes(options as never), { instanceOf: TypeError })
    t.regex(error?.message ?? '', /^Cannot make a boss: '(inspect\.payload|clock|signal|journal)' must be/)
  })
