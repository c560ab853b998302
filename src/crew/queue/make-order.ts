/** Makes an order of what waits in a lane: the instructions of one job, as they travel through Redis. */

import { createHash } from 'node:crypto'

import { errorToData } from '../../words/error-data.ts'
import { type Failure, unserialisable } from '../../words/failure.ts'
import type { Job, LaneTerms } from '../crew.ts'
import { type Order, type SentInstruction, wordsVersion } from './messages.ts'
import { pack } from './payload-codec.ts'
import type { Letter } from './queue-client.ts'

export interface OrderTerms {
  readonly terms: LaneTerms
  readonly run: string
  readonly adopts: boolean
  /** So many instructions in one job. */
  readonly pack: number
  readonly payloadMB: number
}

interface Ordered {
  /** Absent when none of them can be sent. */
  readonly letter: Letter | undefined
  readonly jobs: Job[]
  /** Those that have no room in this one. */
  readonly later: readonly Job[]
  readonly failures: readonly (readonly [Job, Failure])[]
}

export function makeOrder(waiting: readonly Job[], plan: OrderTerms): Ordered {
  const [jobs, given, later, failures]: [Job[], SentInstruction[], Job[], [Job, Failure][]] = [[], [], [], []]
  const { payloadMB, terms } = plan
  const most = payloadMB * 2 ** 20
  let bytes = 0
  for (const job of waiting) {
    try {
      const one = givenOf(job, terms)
      const size = JSON.stringify(one).length
      if (size > most)
        throw new RangeError(
          `attributes: they take ${megabytes(size)} MB, and a job may take ${payloadMB} MB. Give a reference (a path, a URL, a key) instead, or raise 'payloadMB'`,
        )
      if (bytes + size > most) {
        later.push(job)
        continue
      }
      bytes += size
      jobs.push(job)
      given.push(one)
    } catch (error) {
      const worker = terms.definitions[terms.orders.definitionOf(job)]?.name ?? ''
      failures.push([
        job,
        unserialisable(`The instruction for "${worker}"`, (error as Error).message, errorToData(error)),
      ])
    }
  }
  const first = jobs[0]
  return { letter: first === undefined ? undefined : letterOf(given, first, plan), jobs, later, failures }
}

/** A run that goes on under the same name knows its jobs again: by what they are, and which attempt. */
function letterOf(given: readonly SentInstruction[], job: Job, { terms, run, adopts }: OrderTerms): Letter {
  const [first] = given as [SentInstruction]
  const order: Order = { v: wordsVersion, graceMs: terms.graceMs, instructions: given }
  const key = adopts ? `${run}.${first.id}-${digestOf(given)}` : `${run}.${first.id}`
  return {
    id: `${key}.${first.attempt}`,
    earlier: adopts
      ? Array.from({ length: first.attempt - 1 }, (_, i) => `${key}.${first.attempt - 1 - i}`)
      : [],
    name: given.length === 1 ? first.worker : `${first.worker} x ${given.length}`,
    order,
    priority: terms.orders.priorityOf?.(job),
  }
}

function givenOf(job: Job, { definitions, orders }: LaneTerms): SentInstruction {
  const definition = definitions[orders.definitionOf(job)]
  const name = orders.nameOf(job)
  const traceparent = orders.traceparentOf?.(job)
  const resources = orders.resourcesOf?.(job)
  const environment = resources && orders.environmentOf?.(job)
  return {
    worker: definition?.name ?? '',
    ...(definition?.version !== undefined && { version: definition.version }),
    id: orders.idOf(job),
    attempt: orders.attemptOf(job),
    ...(name !== undefined && { name }),
    ...(traceparent !== undefined && { traceparent }),
    ...(resources !== undefined && { resources }),
    ...(environment !== undefined && { environment }),
    attributes: pack(orders.attributesOf(job), 'attributes'),
  }
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

/** The same instructions have the same digest in every life of a run. */
const digestOf = (given: readonly SentInstruction[]): string =>
  createHash('sha256')
    .update(JSON.stringify(given.map(({ worker, version, attributes }) => [worker, version, attributes])))
    .digest('base64url')
    .slice(0, 16)
