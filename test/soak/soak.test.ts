/** A short soak for each crew: the long one is `npm run soak`. */

import ava from 'ava'

import { soaked } from './crews.ts'
import { runSoak } from './soak.ts'

const test = ava.serial

for (const [name, instructions] of [
  ['threads', 3000],
  ['processes', 600],
] as const) {
  test(`a short soak on ${name}: given = settled, each once, as fated (1.1, 1.2)`, async t => {
    t.timeout(120_000, 'the soak hangs')
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    const soakedCrew = soaked[name]
    if (soakedCrew === undefined) return t.fail()
    const result = await runSoak({ ...soakedCrew(), instructions, seed, lanes: 2 })
    t.deepEqual(result.complaints, [], `seed ${seed}`)
    t.is(result.settled, instructions)
    t.is(result.given, instructions)
  })
}
