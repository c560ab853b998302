/**
 * The boss's client of the queue: jobs out, news in. One for all lanes of a crew.
 *
 *     lanes ──send──► outbox ──once a turn, addBulk──► Redis ──► consumers
 *       ▲                                               │
 *       └──── news: events of the queue ◄───────────────┤
 *       └──── truth: the state of each job, every 5 s ◄─┘   and whenever the connection is back
 *
 * Events make it fast, and may be missed; a job is removed only after its outcome was told. So nothing is lost.
 */

import type { Job as QueueJob } from 'bullmq'
import { keptJobSeconds, lookedUpAtOnce, middlePriority } from '../limits.ts'
import {
  type ControlMessage,
  controlChannel,
  isOutcome,
  isProgress,
  type Order,
  type Outcome,
  type Progress,
} from './messages.ts'
import { whyOf } from './redis.ts'
import { Session, type SessionTerms, type SettledJob } from './session.ts'

/** Who is told what becomes of a job. */
export interface Addressee {
  connected(): void
  /** The connection is refused, for good. */
  refused(reason: string): void
  began(job: string): void
  progress(job: string, progress: Progress): void
  /** BullMQ itself gave up on the job, or a consumer did and could not say more, if there is no outcome. */
  ended(job: string, outcome: Outcome | undefined, why: string): void
  /** Redis has no such job any more: it lost its data. */
  vanished(job: string): void
  notice(text: string): void
}

export interface QueueClientTerms extends SessionTerms {
  /** Jobs may be there from an earlier life. */
  readonly adopts: boolean
}

export interface Letter {
  readonly id: string
  /** Where the same may have been sent by an earlier life of this run, the latest first. */
  readonly earlier: readonly string[]
  readonly name: string
  readonly order: Order
  readonly priority: number | undefined
}

interface Sent {
  readonly letter: Letter
  readonly to: Addressee
  /** Redis has it: now its absence means something. */
  added: boolean
  began: boolean
  /** BullMQ has filed it as completed: nobody has its lock, and it can be removed without asking. */
  completed: boolean
}

export class QueueClient {
  readonly #terms: QueueClientTerms
  readonly #lanes = new Map<Addressee, { alive: boolean }>()
  readonly #sent = new Map<string, Sent>()
  #session: Session | undefined
  #outbox: Sent[] = []
  #settled: SettledJob[] = []
  #flushing = false
  #hasPriorities = false

  constructor(terms: QueueClientTerms) {
    this.#terms = terms
  }

  join(lane: Addressee): void {
    this.#lanes.set(lane, { alive: true })
    if (this.#session === undefined) {
      this.#session = new Session(this.#terms, {
        connected: () => this.#connected(),
        refused: reason => this.#tellAll(one => one.refused(reason)),
        notice: text => this.#first()?.notice(text),
        event: (type, job, payload) => this.#event(type, job, payload),
        lookForTruth: () => void this.#lookForTruth(),
        nobodyBegan: () => this.#sent.size > 0 && ![...this.#sent.values()].some(({ began }) => began),
      })
    } else if (this.#session.ready) queueMicrotask(() => lane.connected())
    this.#setAlive()
  }

  leave(lane: Addressee): void {
    if (!this.#lanes.delete(lane)) return
    for (const [id, { to }] of this.#sent) if (to === lane) this.#forget(id)
    if (this.#lanes.size > 0) return this.#setAlive()
    const session = this.#session
    this.#session = undefined
    const settled = this.#settled.splice(0)
    this.#outbox = []
    void session?.close(settled)
  }

  keepAlive(lane: Addressee, alive: boolean): void {
    const known = this.#lanes.get(lane)
    if (known === undefined || known.alive === alive) return
    known.alive = alive
    this.#setAlive()
  }

  send(letter: Letter, to: Addressee): void {
    const sent: Sent = { letter, to, added: false, began: false, completed: false }
    this.#sent.set(letter.id, sent)
    if (letter.priority !== undefined) this.#hasPriorities = true
    this.#outbox.push(sent)
    this.#flushSoon()
  }

  /** Its outcome was told: Redis need not keep it. */
  settle(id: string): void {
    const completed = this.#sent.get(id)?.completed ?? false
    this.#forget(id)
    this.#settled.push({ id, completed })
    this.#flushSoon()
  }

  /** Asks for a job back: true if it was still waiting, and will never begin. */
  async takeBack(id: string): Promise<boolean> {
    const removed = await this.#session?.queue.remove(id).catch(() => 0)
    if (removed !== 1) return false
    this.#forget(id) // else it would be missed, and sent again
    return true
  }

  tell(control: ControlMessage): void {
    const { prefix, queue } = this.#terms
    void this.#session?.client.publish(controlChannel(prefix, queue), JSON.stringify(control)).catch(() => {})
  }

  // -- out ---------------------------------------------------------------------------------------------------------------

  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    // After the microtasks of this turn: all lanes have their say.
    setImmediate(() => {
      this.#flushing = false
      const session = this.#session
      if (session === undefined) return
      if (this.#settled.length > 0) void session.remove(this.#settled.splice(0))
      if (this.#outbox.length > 0) void this.#add(session, this.#outbox.splice(0))
    })
  }

  async #add(session: Session, all: readonly Sent[]): Promise<void> {
    // The same instruction again, which the lane before had not begun: the old job must be gone first.
    await session.removed(all.map(({ letter }) => letter.id))
    const news = this.#terms.adopts ? await this.#adopt(session, all) : all
    if (news.length === 0) return
    const jobs = news.map(({ letter: { id, name, order, priority } }) => ({
      name,
      data: order,
      opts: {
        jobId: id,
        attempts: 1,
        removeOnComplete: { age: keptJobSeconds },
        removeOnFail: { age: keptJobSeconds },
        ...(this.#hasPriorities && { priority: asPriority(priority) }),
      },
    }))
    try {
      await session.queue.addBulk(jobs)
      for (const one of news) one.added = true
    } catch (error) {
      if (session !== this.#session) return
      this.#first()?.notice(`Redis did not take ${jobs.length} instruction(s), trying again: ${whyOf(error)}`)
      session.later(
        1000,
        () =>
          void this.#add(
            session,
            news.filter(({ letter }) => this.#sent.has(letter.id)),
          ),
      )
    }
  }

  /** Those that an earlier life of this run has not sent. The others are listened for. */
  async #adopt(session: Session, all: readonly Sent[]): Promise<Sent[]> {
    const news: Sent[] = []
    await Promise.all(
      all.map(async sent => {
        for (const id of [sent.letter.id, ...sent.letter.earlier]) {
          const job = await session.queue.getJob(id).catch(() => undefined)
          if (job === undefined) continue
          if (!this.#sent.has(sent.letter.id)) return
          if (id !== sent.letter.id) this.#aliases.set(id, sent.letter.id)
          sent.added = true
          this.#judge(sent.letter.id, job)
          return
        }
        news.push(sent)
      }),
    )
    return news
  }

  readonly #aliases = new Map<string, string>()

  #forget(id: string): void {
    this.#sent.delete(id)
    for (const [other, known] of this.#aliases) {
      if (known !== id) continue
      this.#aliases.delete(other)
      this.#settled.push({ id: other, completed: false })
    }
  }

  // -- in ----------------------------------------------------------------------------------------------------------------

  #event(type: 'active' | 'progress' | 'completed' | 'failed', event: string, payload: unknown): void {
    const id = this.#aliases.get(event) ?? event
    const sent = this.#sent.get(id)
    if (sent === undefined) return // another boss's, or an earlier attempt
    if (!sent.began) {
      sent.began = true
      sent.to.began(id)
    }
    if (type === 'progress' && isProgress(payload)) {
      sent.to.progress(id, payload)
      if (payload.outcome !== undefined) sent.to.ended(id, payload.outcome, '')
    }
    if (type === 'completed') {
      sent.completed = event === id
      sent.to.ended(id, isOutcome(payload) ? payload : undefined, 'its answer is in no known form')
    }
    // The outcome of a failed job came before, as progress; if that was missed, the job has it.
    if (type === 'failed') void this.#lookAt(event, id)
  }

  async #lookForTruth(): Promise<void> {
    const known = [...this.#sent].filter(([, { added }]) => added)
    const alias = new Map([...this.#aliases].map(([other, id]) => [id, other]))
    for (let i = 0; i < known.length; i += lookedUpAtOnce) {
      await Promise.all(
        known.slice(i, i + lookedUpAtOnce).map(([id]) => this.#lookAt(alias.get(id) ?? id, id)),
      )
    }
  }

  async #lookAt(jobId: string, id: string): Promise<void> {
    const job = await this.#session?.queue.getJob(jobId).catch(() => null)
    if (job === null || this.#session === undefined) return // no connection: no truth
    const sent = this.#sent.get(id)
    if (sent === undefined) return
    if (job !== undefined) return this.#judge(id, job)
    if (sent.began) sent.to.vanished(id)
    else {
      // It never began: the same job again, which nobody can have twice.
      sent.added = false
      this.#outbox.push(sent)
      this.#flushSoon()
    }
  }

  #judge(id: string, job: QueueJob): void {
    const sent = this.#sent.get(id)
    if (sent === undefined) return
    if (!sent.began && job.processedOn !== undefined) {
      sent.began = true
      sent.to.began(id)
    }
    if (job.finishedOn === undefined) return
    const progress: unknown = job.progress
    const outcome = isProgress(progress) ? progress.outcome : undefined
    if (job.failedReason) sent.to.ended(id, outcome, job.failedReason)
    else
      sent.to.ended(
        id,
        isOutcome(job.returnvalue) ? job.returnvalue : undefined,
        'its answer is in no known form',
      )
  }

  // -- lanes -------------------------------------------------------------------------------------------------------------

  #connected(): void {
    this.#tellAll(lane => lane.connected())
    void this.#lookForTruth()
  }

  #tellAll(tell: (lane: Addressee) => void): void {
    for (const lane of [...this.#lanes.keys()]) tell(lane)
  }

  #first(): Addressee | undefined {
    return this.#lanes.keys().next().value
  }

  #setAlive(): void {
    this.#session?.keepAlive([...this.#lanes.values()].some(({ alive }) => alive))
  }
}

const asPriority = (priority = 0): number =>
  Math.min(2 ** 21 - 1, Math.max(1, Math.round(middlePriority - priority)))
