/**
 * The crash suite, for actors that live elsewhere: whatever a message does to its place, that life has failed with a reason that
 * says so, the message is accounted for, and the next life handles what was told meanwhile.
 */

import ava from 'ava'
import { firstValueFrom, lastValueFrom } from 'rxjs'

import { ask } from '../../src/actor/ask.ts'
import { spawn } from '../../src/actor/spawn.ts'
import { processes } from '../../src/crew/processes/processes.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import wreck, { type Way } from './actors/wreck.ts'

const test = ava.serial
const alive = setInterval(() => {}, 1000)
ava.after.always(() => clearInterval(alive))

/** Why the life has failed; and whether its message is a dead letter, or was handled, if badly. */
type Case = readonly [way: Way, why: RegExp, letter: boolean]

const everywhere: readonly Case[] = [
  ['exits', /exited with code 3/, true],
  ['throws', /RangeError: as told/, false],
  ['rejects', /RangeError: as told/, false],
  ['throws from a timer', /RangeError: as told/, true],
  ['rejects, and nobody handles it', /RangeError: as told/, true],
  ['takes all memory', /ran out of memory/, true],
  ['cleans up badly', /RangeError: as told, then while cleaning up: TypeError: it cann/, false],
  ['blocks in native code', /said nothing for 1500 ms \('blockedMs'\)/, true],
]
const cases: Record<string, readonly Case[]> = {
  threads: everywhere,
  processes: [
    ...everywhere,
    ['is killed by a signal', /was ended by SIGKILL/, true],
    ['aborts', /was ended by SIGABRT/, true],
  ],
}
const crews = {
  threads: () => threads({ resourceLimits: { maxOldGenerationSizeMb: 32 } }),
  processes: () => processes({ memoryLimit: 96 }),
}

for (const [name, crew] of Object.entries(crews)) {
  for (const [way, why, letter] of cases[name] ?? [])
    test(`${name}: an actor that ${way} fails that life, and the next handles the rest`, async t => {
      t.timeout(120_000, 'an actor hangs')
      await using actor = spawn(wreck, {
        on: crew(),
        supervise: { max: 1, within: 600_000 },
        ...(way === 'blocks in native code' && { blockedMs: 1500 }),
      })
      const letters: string[] = []
      const whys: string[] = []
      actor.mailbox.deadLetters$.subscribe(({ why, error }) => {
        letters.push(why)
        whys[0] = String((error as Error).cause)
      })
      actor.inspect$.subscribe(event => {
        if (event.type === 'actor.restart') whys.push(event.why)
      })
      const count = () => firstValueFrom(ask(actor, { type: 'count' }, 100_000))
      t.is(await count(), 1)
      actor.ref.next({ type: 'do', way })
      t.is(await count(), 1) // a new life
      t.regex(whys.join(), why)
      t.deepEqual(letters, letter ? ['failed'] : [])
    })

  test(`${name}: an actor that fails again and again is given up, with the last reason`, async t => {
    t.timeout(120_000, 'an actor hangs')
    const actor = spawn(wreck, { on: crew(), supervise: { max: 2, within: 600_000 } })
    const letters: string[] = []
    actor.mailbox.deadLetters$.subscribe(({ why }) => letters.push(why))
    for (let i = 0; i < 5; i++) actor.ref.next({ type: 'do', way: 'exits' })
    const exit = await lastValueFrom(actor.exit$)
    t.like(exit, { why: 'failed', restarts: 2 })
    t.regex(String(exit.error), /exited with code 3/)
    t.deepEqual(letters, ['failed', 'failed', 'failed', 'abandoned', 'abandoned'])
  })
}
