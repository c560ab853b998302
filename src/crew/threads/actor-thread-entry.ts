/** The file that a thread of an actor starts with: loads its definition, and lives one life of it. */

import { parentPort, workerData } from 'node:worker_threads'

import { host } from '../../actor/host.ts'
import { loadActor } from '../place/load-actor.ts'
import { type ActorThreadTerms, postTo } from './actor-thread.ts'

const { definition, cells } = workerData as ActorThreadTerms
const port = parentPort
if (port === null) throw new Error('This file is the start of a thread')

// What comes before the definition is loaded waits in the port.
const { behaviour } = await loadActor(definition)
const hosted = host(definition.name, behaviour, {
  post: (frames, moving) => postTo(port, frames, moving),
  cells,
})
port.on('message', frames => hosted.receive(frames))
process.on('exit', () => hosted.leave())
