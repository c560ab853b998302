/**
 *     npm run soak                                         a minute, on threads
 *     npm run soak -- --instructions 1000000               as long as that takes
 *     npm run soak -- --crew processes --seed 7
 *     npm run soak -- actors                               200 random kills, and a million questions each way
 *     npm run soak -- actors --crew processes --asks 100000 --kills 50
 *
 * Prints figures; on failure the seed, and what was wrong.
 */

import { soakActors } from './actors/soak-actors.ts'
import { soakBoss } from './soak-boss.ts'

const [what, ...rest] = process.argv.slice(2)
await (what === 'actors' ? soakActors(rest) : soakBoss(process.argv.slice(2)))
