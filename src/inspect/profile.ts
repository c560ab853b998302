/**
 * `profile(boss)`: what a worker is doing, while it does it, also in a loop that never ends.
 *
 *     this thread ──NodeWorker domain──► the busy thread's profiler ──► samples, as Chrome's tools read them
 *
 * A busy thread cannot open a session on itself; from here its profiler is reached at any moment. Nothing of this costs
 * anything unless it is asked for.
 */

import type { Session } from 'node:inspector'

import { firstValueFrom, take } from 'rxjs'

import type { Followed } from './follow.ts'
import { profilePatienceMs, samplingMicros } from './limits.ts'
import { reduceRun } from './reduce.ts'
import { emptyRun, type LaneView } from './run.ts'

/** Which worker is looked at, and for how long. */
export interface ProfileOptions {
  /** Its name in every view, as in `w3`. Default: the one that is at it for longest. */
  readonly worker?: string
  /** How long it is looked at. Default 5; from 0.05 to 60. */
  readonly seconds?: number
}

/** A CPU profile as Chrome's tools and VS Code open it: write it to a file that ends in `.cpuprofile`. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
      readonly columnNumber: number
    }
    readonly hitCount?: number
    readonly children?: readonly number[]
  }[]
  /** Microseconds. */
  readonly startTime: number
  readonly endTime: number
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

/**
 * Profiles one worker thread for some seconds, while it works.
 *
 * @returns resolves after that time; rejects where the worker is not there, ends meanwhile, or is no thread of this process
 * @throws {TypeError} (as a rejection) this is no boss, or `seconds` is not from 0.05 to 60
 *
 * @example
 * await writeFile('w3.cpuprofile', JSON.stringify(await profile(boss, { worker: 'w3', seconds: 5 })))
 */
export async function profile(boss: Followed, options: ProfileOptions = {}): Promise<CpuProfile> {
  const { worker, seconds = 5 } = options
  if (typeof boss?.inspect$?.subscribe !== 'function')
    throw new TypeError(`Cannot profile ${String(boss)}: it must be a Boss`)
  if (!(seconds >= 0.05 && seconds <= 60))
    throw new TypeError(`Cannot profile for ${seconds} seconds: 'seconds' must be from 0.05 to 60`)
  const mine = turn.then(() => look(boss, worker, seconds))
  turn = mine.catch(() => {})
  return await mine
}

/** One after the other: of two sessions at once, one would not be told of the threads. */
let turn: Promise<unknown> = Promise.resolve()

async function look(boss: Followed, worker: string | undefined, seconds: number): Promise<CpuProfile> {
  const lane = await laneOf(boss, worker)
  const { Session } = await import('node:inspector')
  const session = new Session()
  session.connect()
  try {
    const call = lane.threadId === undefined ? direct(session) : await attached(session, lane)
    await call('Profiler.enable', {})
    await call('Profiler.setSamplingInterval', { interval: samplingMicros })
    await call('Profiler.start', {})
    await new Promise(resolve => setTimeout(resolve, seconds * 1000))
    const { profile } = (await call('Profiler.stop', {})) as { profile: CpuProfile }
    return profile
  } finally {
    session.disconnect()
  }
}

/** @throws where there is none of this name, or its thread is not ours */
async function laneOf(boss: Followed, worker: string | undefined): Promise<LaneView> {
  const state = await firstValueFrom(boss.inspect$.pipe(take(1)), { defaultValue: undefined })
  const run = state === undefined ? emptyRun() : reduceRun(emptyRun(), state)
  const lanes = run.lanes.filter((lane): lane is LaneView => lane?.state === 'open')
  const busy = lanes.filter(({ current }) => current !== undefined)
  const longest = busy.sort((a, b) => (a.current?.began ?? 0) - (b.current?.began ?? 0))[0] ?? lanes[0]
  const lane = worker === undefined ? longest : lanes.find(({ workerId }) => workerId === worker)
  if (lane === undefined) {
    const names = lanes.map(({ workerId }) => workerId).join(', ') || 'none'
    throw new Error(`Cannot profile ${worker ?? 'a worker'}: it is not there. At work are: ${names}`)
  }
  const elsewhere =
    lane.host ?? (lane.pid !== undefined && lane.pid !== process.pid ? `process ${lane.pid}` : undefined)
  if (elsewhere !== undefined)
    throw new Error(
      `Cannot profile ${lane.workerId}: it runs in ${elsewhere}, and only threads of this process can be reached. Start it there with --cpu-prof`,
    )
  return lane
}

type Call = (method: string, parameters: object) => Promise<unknown>

/** Work in this thread itself. */
function direct(session: Session): Call {
  return (method, parameters) =>
    new Promise((resolve, reject) =>
      session.post(method, parameters, (error, result) => (error === null ? resolve(result) : reject(error))),
    )
}

/** To the profiler of another thread, through this one. */
async function attached(session: Session, { threadId, workerId }: LaneView): Promise<Call> {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let sessionId: string | undefined
  let next = 0
  let found: (() => void) | undefined
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    if (params.workerInfo.workerId !== String(threadId)) return
    sessionId = params.sessionId
    found?.()
  })
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    if (params.sessionId !== sessionId) return
    const { id, result, error } = JSON.parse(params.message) as {
      id?: number
      result?: unknown
      error?: { message: string }
    }
    const answer = waiting.get(id ?? -1)
    waiting.delete(id ?? -1)
    if (error === undefined) answer?.resolve(result)
    else answer?.reject(new Error(`Cannot profile ${workerId}: ${error.message}`))
  })
  session.on('NodeWorker.detachedFromWorker', ({ params }) => {
    if (params.sessionId !== sessionId) return
    for (const { reject } of waiting.values()) reject(new Error(`${workerId} ended while it was profiled`))
    waiting.clear()
    sessionId = undefined
  })
  await direct(session)('NodeWorker.enable', { waitForDebuggerOnStart: false })
  if (sessionId === undefined)
    await new Promise<void>(resolve => {
      found = resolve
      setTimeout(resolve, profilePatienceMs)
    })
  return (method, parameters) =>
    new Promise((resolve, reject) => {
      if (sessionId === undefined) return reject(new Error(`${workerId} ended, or cannot be reached`))
      const id = ++next
      waiting.set(id, { resolve, reject })
      const message = JSON.stringify({ id, method, params: parameters })
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, error => {
        if (error !== null) reject(error)
      })
    })
}
