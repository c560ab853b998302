/**
 * The soak of the boss, from the command line.
 *
 * Prints figures; on failure the seed, what was wrong, and the last 200 events.
 */

import { parseArgs } from 'node:util'

import { soaked } from './crews.ts'
import { runSoak } from './soak.ts'

export async function soakBoss(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      crew: { type: 'string', default: 'threads' },
      instructions: { type: 'string', default: '40000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      lanes: { type: 'string', default: '3' },
    },
  })
  const make = soaked[values.crew]
  if (make === undefined)
    throw new Error(`There is no crew ${values.crew}: there are ${Object.keys(soaked).join(', ')}`)

  const seed = Number(values.seed)
  console.log(`crew ${values.crew}, seed ${seed}, ${values.instructions} instructions`)
  console.error('(figures on stdout)') // both streams are open before handles are counted
  /** Pipes aside where our own output is one: when Node opens them is its business. */
  const handles = () =>
    process.getActiveResourcesInfo().filter(name => process.stdout.isTTY || name !== 'PipeWrap')
  const before = handles()
  const result = await runSoak({
    ...make(),
    seed,
    instructions: Number(values.instructions),
    lanes: Number(values.lanes),
    log: text => console.log(text),
  })
  const { given, settled, kinds, deaths, strikes, ms, heapMB, complaints, lastEvents } = result
  console.log(
    `${given} given, ${settled} settled in ${(ms / 1000).toFixed(1)} s; ${deaths} workers gone, ${strikes} struck down`,
  )
  console.log(
    Object.entries(kinds)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', '),
  )
  console.log(`heap ${heapMB[0].toFixed(1)} MB at a fifth, ${heapMB[1].toFixed(1)} MB at the end`)
  const grown = heapMB[1] - heapMB[0] > 10 && globalThis.gc !== undefined
  const left = handles()
  for (const name of before) if (left.includes(name)) left.splice(left.indexOf(name), 1)
  const wrong = [
    ...complaints,
    ...(grown ? ['the heap has grown by more than 10 MB'] : []),
    ...(left.length === 0 ? [] : [`handles are left: ${left.join()}`]),
  ]
  if (wrong.length > 0 || given !== settled) {
    for (const event of lastEvents) console.error(JSON.stringify(event))
    console.error(`seed ${seed}:\n${wrong.join('\n')}`)
    process.exitCode = 1
  }
}
