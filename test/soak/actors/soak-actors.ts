/** The soak of actors that live elsewhere, from the command line: random kills, then questions without end. */

import { parseArgs } from 'node:util'

import type { Placer } from '../../../src/actor/actor-place.ts'
import { processes } from '../../../src/entries/processes.ts'
import { threads } from '../../../src/index.ts'
import { runAsks } from './asks.ts'
import { runKills } from './kills.ts'

const crews: Readonly<Record<string, () => Placer>> = { threads, processes }
/** What a heap may be larger by at the end: code that was compiled meanwhile is a part of it. */
const grownAtMostMB = 5

export async function soakActors(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      crew: { type: 'string', default: 'threads' },
      kills: { type: 'string', default: '200' },
      asks: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  })
  const crew = crews[values.crew]
  if (crew === undefined)
    throw new Error(`There is no crew ${values.crew}: there are ${Object.keys(crews).join(', ')}`)
  const complaints: string[] = []
  const alive = setInterval(() => {}, 1000) // an actor at rest does not keep the process

  if (Number(values.kills) > 0) {
    const result = await runKills({ crew: crew(), kills: Number(values.kills), seed: Number(values.seed) })
    const { told, handled, letters, both, lives } = result
    console.log(
      `seed ${values.seed}: ${told} told, ${lives - 1} kills; ${handled} handled, ${letters} dead letters (${both} of them had just ended)`,
    )
    complaints.push(...result.complaints)
  }
  if (Number(values.asks) > 0)
    for await (const { way, asks, us, heaps } of runAsks(crew(), Number(values.asks))) {
      const sides = heaps.map(([side, early, late]) => `${side} ${early.toFixed(1)} -> ${late.toFixed(1)}`)
      console.log(`${asks} questions ${way}, ${us.toFixed(1)} us each; heaps in MB: ${sides.join(', ')}`)
      for (const [side, early, late] of heaps)
        if (late - early > grownAtMostMB) complaints.push(`the heap of ${side} has grown (${way})`)
    }
  clearInterval(alive)
  if (complaints.length === 0) return
  console.error(complaints.join('\n'))
  process.exitCode = 1
}
