/** Places that are killed at random: what an actor was told is handled, or a dead letter, and never begun twice. */

import ava from 'ava'

import { processes } from '../../src/crew/processes/processes.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import { runKills } from '../soak/actors/kills.ts'

const test = ava.serial
const alive = setInterval(() => {}, 1000)
ava.after.always(() => clearInterval(alive))

for (const [name, crew] of Object.entries({ threads, processes })) {
  for (const [how, mailbox] of [
    ['', {}],
    [', one message at a time', { capacity: 100_000 }],
  ] as const) {
    test(`${name}${how}: of what is told amid random kills each is handled or one dead letter, none begun twice`, async t => {
      t.timeout(120_000, 'an actor hangs')
      const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
      const { complaints, told, handled, letters, both, lives } = await runKills({
        crew: crew(),
        kills: 10,
        seed,
        mailbox,
      })
      t.log(
        `seed ${seed}: ${told} told, ${handled} handled, ${letters} dead letters (${both} of them ended), ${lives} lives`,
      )
      t.deepEqual(complaints, [], `seed ${seed}`)
      t.true(lives > 10)
    })
  }
}
