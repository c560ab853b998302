/** The file that a child process of an actor starts with: loads its definition, and lives one life of it. */

import type { Frame } from '../../actor/border.ts'
import { host } from '../../actor/host.ts'
import { errorToData } from '../../words/error-data.ts'
import type { LastWords } from '../place/actor-words.ts'
import { loadActor } from '../place/load-actor.ts'
import { thisPlace } from '../place/thread-place.ts'
import type { ActorProcessTerms } from './actor-process.ts'
import { watchOver } from './watch-over.ts'

const { process } = globalThis
const send = process.send?.bind(process)

process.once('disconnect', () => process.exit(1))
process.once('message', async ({ memoryLimit, ...definition }: ActorProcessTerms) => {
  watchOver(memoryLimit)
  thisPlace().beforeDeath(dying => {
    if (dying !== undefined) send?.({ dying: errorToData(dying.error) } satisfies LastWords)
  })
  const { behaviour } = await loadActor(definition)
  const hosted = host(definition.name, behaviour, {
    post: frames => void send?.(frames, undefined, undefined, error => void error),
  })
  process.on('message', frames => hosted.receive(frames as readonly Frame[]))
  process.on('exit', () => hosted.leave())
})
