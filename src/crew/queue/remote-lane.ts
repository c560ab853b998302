/**
 * A lane whose work is done on another machine: a ticket, not a place. Any consumer may take its next job.
 *
 *     give ──► waiting ──once, as one job──► the queue ──► began ──► outcome ──► done, failed
 *                                                                      └──► a death: this lane exits, as a thread would
 *
 * Only one job of a lane is under way, so that what is aimed at it can touch no other. It holds one instruction, or
 * several where the crew packs them; those share the fate of the machine.
 */

import type { Observable } from 'rxjs'

import { errorToData, textOf } from '../../words/error-data.ts'
import type { Failure } from '../../words/failure.ts'
import type { Job, Lane, LaneEvent, LaneExit } from '../crew.ts'
import { LaneLife } from '../lane/lane-life.ts'
import { remoteKillLimitMs, sayAgainMs } from '../limits.ts'
import { makeOrder, type OrderTerms } from './make-order.ts'
import type { Outcome, Progress, Where } from './messages.ts'
import { pack, unpack } from './payload-codec.ts'
import type { Addressee, QueueClient } from './queue-client.ts'
import { readAnswers, type SentJob } from './read-answers.ts'

export interface RemoteTerms extends OrderTerms {
  readonly post: QueueClient
}

export class RemoteLane implements Lane, Addressee {
  readonly ticket: number
  readonly heapMB = undefined
  readonly awaits = true
  readonly events$: Observable<LaneEvent>
  readonly #plan: RemoteTerms
  readonly #life: LaneLife
  #alive = true
  #waiting: Job[] = []
  #sent: SentJob | undefined
  /** Dead with their consumer, and not told yet. */
  #doomed = 0
  #host: string | undefined
  #flushing = false
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(plan: RemoteTerms) {
    this.#plan = plan
    this.ticket = plan.terms.ticket
    this.#life = new LaneLife({ open: () => this.#open(), abandon: () => this.terminate() })
    this.events$ = this.#life.events$
  }

  get held(): number {
    return this.#waiting.length + this.#doomed + (this.#sent === undefined ? 0 : countOf(this.#sent.jobs))
  }

  #open(): void {
    const { hooks } = this.#plan.terms
    if (this.#life.asked !== 'nothing') this.#exitSoon('closed', 'it was closed before it opened')
    else if (hooks.length > 0)
      this.#exitSoon(
        'failedToStart',
        `a remote worker cannot run ${hooks[0]?.export}: it is not a thread of this machine`,
      )
    else {
      this.#plan.post.join(this)
      this.#plan.post.keepAlive(this, this.#alive)
    }
  }

  // -- giving and taking back --------------------------------------------------------------------------------------------

  room(): number {
    if (!this.#life.takesJobs) return 0
    if (!this.#plan.terms.ahead || this.#plan.pack === 1) return this.held === 0 ? 1 : 0
    return this.#sent === undefined ? Math.max(0, this.#plan.pack - this.held) : 0
  }

  give(job: Job): void {
    this.#life.mustTake(job)
    this.#waiting.push(job)
    this.#flushSoon()
  }

  withdraw(job: Job): boolean {
    const index = this.#waiting.indexOf(job)
    if (index === -1) return false
    this.#waiting.splice(index, 1)
    this.#closeIfDone()
    return true
  }

  withdrawTail(count: number): readonly Job[] {
    const least = this.#sent === undefined && this.#doomed === 0 ? 1 : 0
    const from = Math.max(least, this.#waiting.length - count)
    return this.#waiting.splice(from).reverse()
  }

  atWork(): { readonly job: Job; readonly began: number } | undefined {
    const job = this.#sent?.jobs.find(one => one !== undefined)
    const began = this.#sent?.began
    return job === undefined || began === undefined ? undefined : { job, began }
  }

  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    queueMicrotask(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #flush(): void {
    if (
      this.#life.phase !== 'ready' ||
      this.#sent !== undefined ||
      this.#doomed > 0 ||
      this.#life.asked === 'terminate'
    )
      return
    const { letter, jobs, later, failures } = makeOrder(this.#waiting.splice(0, this.#plan.pack), this.#plan)
    this.#waiting.unshift(...later)
    if (letter !== undefined) {
      this.#sent = { id: letter.id, jobs, sentAt: performance.now(), began: undefined, heard: 0 }
      this.#plan.post.send(letter, this)
    }
    const began = performance.now()
    for (const [job, failure] of failures) this.#life.emit({ type: 'failed', job, failure, began, workMs: 0 })
    if (letter === undefined && this.#waiting.length > 0) this.#flushSoon()
    this.#closeIfDone()
  }

  // -- news --------------------------------------------------------------------------------------------------------------

  connected(): void {
    if (this.#life.phase !== 'opening') return
    this.#life.ready({})
    this.#flush()
  }

  refused(reason: string): void {
    if (this.#life.phase === 'opening')
      this.#exit({ why: 'failedToStart', reason, begun: [], queued: this.#waiting.splice(0) })
  }

  began(id: string): void {
    if (this.#sent?.id === id) this.#sent.began ??= performance.now()
  }

  progress(id: string, { where, from, sayings = [] }: Progress): void {
    const sent = this.#sent
    if (sent?.id !== id) return
    if (where !== undefined) this.#isAt(where)
    for (let i = Math.max(0, sent.heard - (from ?? 0)); i < sayings.length; i++) {
      const saying = sayings[i]
      if (saying === undefined || this.#sent !== sent) return
      sent.heard = (from ?? 0) + i + 1
      const job = saying.of === undefined ? undefined : sent.jobs[saying.of]
      if ('print' in saying)
        this.#life.emit({
          type: 'log',
          stream: saying.stream,
          text: saying.print,
          ...(job !== undefined && { job }),
        })
      else if (job !== undefined) this.#life.emit({ type: 'note', job, note: unpack(saying.note) })
    }
  }

  ended(id: string, outcome: Outcome | undefined, why: string): void {
    const sent = this.#sent
    if (sent?.id !== id) return
    if (outcome === undefined) {
      const begun = presentIn(sent.jobs)
      this.#sent = undefined
      this.#plan.post.settle(id)
      return this.#exit({ why: 'crashed', reason: whyAbandoned(why), begun, queued: this.#waiting.splice(0) })
    }
    this.#isAt(outcome.where)
    if (outcome.said > sent.heard)
      this.#life.emit({
        type: 'nonsense',
        why: `${outcome.said - sent.heard} interim reports or prints of job ${id} were lost on their way through Redis`,
      })
    this.#tellAnswers(sent, outcome)
    this.#plan.post.settle(id)
    if (this.#doomed > 0) this.#die(sent, outcome)
    else this.#flushSoon()
    this.#closeIfDone()
  }

  /** The books first: the lane holds none of them any more when the first of them is told. */
  #tellAnswers(sent: SentJob, outcome: Outcome): void {
    const told = readAnswers(sent, outcome)
    this.#sent = undefined
    this.#doomed = countOf(sent.jobs)
    if (this.#doomed > 0 && outcome.death === undefined)
      this.#life.emit({
        type: 'nonsense',
        why: `the outcome of job ${sent.id} does not speak of every instruction`,
      })
    for (const event of told) this.#life.emit(event)
  }

  #die(sent: SentJob, { death, where }: Outcome): void {
    const of = (numbers: readonly number[] = []) =>
      numbers.flatMap(i => {
        const job = sent.jobs[i]
        sent.jobs[i] = undefined
        return job === undefined ? [] : [job]
      })
    const queued = of(death?.queued)
    const lost = of(death?.lost)
    const begun = presentIn(sent.jobs)
    this.#doomed = 0
    this.#exit({
      why:
        this.#life.asked === 'terminate' || death === undefined
          ? (death?.why ?? 'crashed')
          : death.why === 'closed'
            ? 'crashed'
            : death.why,
      reason: `${death?.reason ?? 'it did not say what became of it'} (on ${where.host})`,
      ...(death?.exitCode !== undefined && { exitCode: death.exitCode }),
      ...(death?.error !== undefined && { error: death.error }),
      begun,
      queued: [...queued, ...this.#waiting.splice(0)],
      lost,
    })
  }

  vanished(id: string): void {
    const sent = this.#sent
    if (sent?.id !== id) return
    this.#sent = undefined
    const begun = presentIn(sent.jobs)
    this.#exit({
      why: 'crashed',
      reason: 'Redis lost its data while it was at work',
      begun,
      queued: this.#waiting.splice(0),
    })
  }

  notice(text: string): void {
    this.#life.emit({ type: 'log', stream: 'stderr', text: `rxboss: ${text}\n` })
  }

  #isAt({ host, pid, threadId }: Where): void {
    const place = `${host}:${pid}`
    if (place === this.#host || this.#life.phase !== 'ready') return
    this.#host = place
    this.#life.emit({
      type: 'ready',
      startMs: 0,
      host: place,
      pid,
      ...(threadId !== undefined && { threadId }),
    })
  }

  // -- stopping ----------------------------------------------------------------------------------------------------------

  abort(job: Job, reason: unknown): void {
    if (this.#waiting.includes(job)) this.#flush()
    const sent = this.#sent
    const of = sent?.jobs.indexOf(job) ?? -1
    if (sent === undefined || of === -1) return
    const isError = reason instanceof Error
    const said = packSafely(isError ? errorToData(reason) : reason)
    const insist = async () => {
      if (this.#sent !== sent || sent.jobs[of] !== job) return
      if (sent.began === undefined && (await this.#takeBack(sent))) return this.#abandoned(sent, job, reason)
      this.#plan.post.tell({ do: 'abort', job: sent.id, of, reason: said, isError })
      this.#later(sayAgainMs, () => void insist())
    }
    void insist()
  }

  /** Taken back from the queue before anybody took it: it never begins. The others of its pack go again. */
  #abandoned(sent: SentJob, job: Job, reason: unknown): void {
    if (this.#sent !== sent) return
    this.#sent = undefined
    this.#waiting.unshift(...presentIn(sent.jobs).filter(one => one !== job))
    const failure: Failure = {
      code: 'threw',
      what: 'The instruction was taken back',
      why: `it was stopped before it began: ${textOf(reason)}`,
      remedy: 'Give it again',
    }
    this.#life.emit({ type: 'failed', job, failure, began: performance.now(), workMs: 0 })
    this.#flushSoon()
    this.#closeIfDone()
  }

  async #takeBack(sent: SentJob): Promise<boolean> {
    const taken = await this.#plan.post.takeBack(sent.id)
    return taken && this.#sent === sent
  }

  close(): void {
    if (this.#life.asked !== 'nothing') return
    this.#life.asked = 'close'
    this.#closeIfDone()
  }

  /** What was asked for, close or terminate, once nothing is under way any more that it would wait for. */
  #closeIfDone(): void {
    if (this.#life.phase === 'new') return
    if (this.#life.asked === 'close' && this.held === 0) this.#exitSoon('closed', 'it was closed')
    if (this.#life.asked === 'terminate' && this.#sent === undefined && this.#doomed === 0)
      this.#exitSoon('closed', 'it was terminated')
  }

  terminate(): void {
    if (this.#life.asked === 'terminate' || this.#life.phase === 'gone') return
    this.#life.asked = 'terminate'
    if (this.#life.phase === 'new') return
    const sent = this.#sent
    if (sent === undefined) return this.#exitSoon('closed', 'it was terminated')
    const insist = async () => {
      if (this.#sent !== sent) return
      if (sent.began === undefined && (await this.#takeBack(sent))) {
        this.#sent = undefined
        this.#waiting.unshift(...presentIn(sent.jobs))
        return this.#exitSoon('closed', 'it was terminated')
      }
      this.#plan.post.tell({ do: 'kill', job: sent.id })
      this.#later(sayAgainMs, () => void insist())
    }
    void insist()
    this.#later(remoteKillLimitMs, () => {
      if (this.#sent !== sent) return
      this.#sent = undefined
      const begun = presentIn(sent.jobs)
      const where = this.#host === undefined ? 'its consumer' : `its consumer on ${this.#host}`
      const reason = `it was terminated, and ${where} did not say within ${remoteKillLimitMs} ms that it has stopped`
      this.#exit({ why: 'closed', reason, begun, queued: this.#waiting.splice(0) })
    })
  }

  #exitSoon(why: LaneExit['why'], reason: string): void {
    queueMicrotask(() => this.#exit({ why, reason, begun: [], queued: this.#waiting.splice(0) }))
  }

  #exit(
    exit: Omit<LaneExit, 'type' | 'lost' | 'why'> & { why: LaneExit['why']; lost?: readonly Job[] },
  ): void {
    if (this.#life.isGone) return
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    const why = this.#life.asked === 'terminate' ? 'closed' : exit.why
    const reason =
      this.#life.asked === 'terminate' && exit.why !== 'closed' ? 'it was terminated' : exit.reason
    this.#life.exit({ lost: [], ...exit, type: 'exit', why, reason })
    this.#plan.post.leave(this)
  }

  keepAlive(alive: boolean): void {
    this.#alive = alive
    this.#plan.post.keepAlive(this, alive)
  }

  #later(ms: number, run: () => void): void {
    if (this.#life.phase === 'gone') return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.add(timer)
  }
}

const presentIn = (jobs: readonly (Job | undefined)[]): Job[] => jobs.filter(job => job !== undefined)
function countOf(jobs: readonly (Job | undefined)[]): number {
  let count = 0
  for (const job of jobs) if (job !== undefined) count++
  return count
}

const whyAbandoned = (why: string): string =>
  /stalled/.test(why) ? 'its consumer died, or lost its connection for too long' : why

function packSafely(value: unknown): unknown {
  try {
    return pack(value, 'reason')
  } catch {
    return textOf(value) // a reason that cannot travel: as text
  }
}
