/**
 * What a lane hears: results, failures, notes and texts of its place, each looked at before it is believed.
 *
 * Books are settled before anybody is told, so that whoever hears of it may give, withdraw and terminate at once. A long
 * message is heard in parts, when there is a moment at which it must have ended: the rest is given back.
 */

import type { Failure } from '../../words/failure.ts'
import { restoreBuffers } from '../../words/survey.ts'
import { fewestHeard, sectionsPerLook } from '../limits.ts'
import { placeOf } from './claims.ts'
import type { InFlight } from './in-flight.ts'
import type { LaneLife } from './lane-life.ts'
import { learn, type Pace } from './pace.ts'
import {
  type Bundle,
  type FailedMessage,
  flawOf,
  type Results,
  type ToMain,
  type ToWorker,
  toMain,
  toWorker,
} from './wire.ts'

export interface InboxTerms {
  readonly life: LaneLife
  readonly inFlight: InFlight
  readonly paces: readonly Pace[]
  readonly say: (message: ToWorker) => void
  /** Jobs were let go of: others may have a place now. */
  readonly freed: () => void
  /** What is no job's: `ready`, `closed` and the like. */
  readonly control: (message: Exclude<ToMain, Bundle>) => void
}

export class Inbox {
  readonly #terms: InboxTerms
  /** What hearing one result takes, whoever is told of it included. */
  #msPerResult = 0

  constructor(terms: InboxTerms) {
    this.#terms = terms
  }

  /** Hears a message until that moment; what is left of it then. */
  receive(raw: unknown, until = Infinity): ToMain | undefined {
    const { life } = this.#terms
    if (life.isGone) return undefined
    const flaw = flawOf(raw)
    if (flaw === undefined) return this.#hear(raw as ToMain, until)
    life.nonsense(`a message that the protocol does not know: ${flaw}`)
    return undefined
  }

  #hear(message: ToMain, until: number): ToMain | undefined {
    switch (message[0]) {
      case toMain.results:
        return this.#results(message, until)
      case toMain.bundle:
        return this.#bundle(message, until)
      case toMain.failed:
        this.#failed(message)
        return undefined
      case toMain.note: {
        const [, n, told, buffers] = message
        const note = buffers === undefined ? told : restoreBuffers(told, buffers)
        const { life, inFlight } = this.#terms
        if (this.#isHere(n, 'note')) life.emit({ type: 'note', job: inFlight.jobOf(n), note })
        return undefined
      }
      case toMain.log: {
        const [, stream, text, n] = message
        const { life, inFlight } = this.#terms
        const job = n >= 0 && inFlight.isUnderWay(n) ? { job: inFlight.jobOf(n) } : {}
        life.emit({ type: 'log', stream, text, ...job })
        return undefined
      }
      case toMain.receipt:
        this.#terms.say([toWorker.receipt, message[1], message[2]])
        return undefined
      case toMain.nonsense:
        this.#terms.life.nonsense(message[1])
        return undefined
      default:
        this.#terms.control(message)
        return undefined
    }
  }

  #bundle(message: Bundle, until: number): ToMain | undefined {
    const { life } = this.#terms
    for (let s = 1; s < message.length; s++) {
      const section: unknown = message[s]
      // A hole: its length may be anything, at no cost to who sent it.
      if (!(s in message)) {
        life.nonsense('a bundle with holes')
        return undefined
      }
      if (Array.isArray(section) && section[0] === toMain.bundle) {
        life.nonsense('a bundle within a bundle')
        continue
      }
      const rest = this.receive(section, until)
      const isLate = s % sectionsPerLook === 0 && until !== Infinity && performance.now() > until
      if (rest === undefined && !(isLate && s + 1 < message.length)) continue
      const left = message.slice(s + 1) as Bundle[1][]
      return [toMain.bundle, ...(rest === undefined ? [] : [rest as Bundle[1]]), ...left]
    }
    return undefined
  }

  #failed([, n, told, began, workMs, buffers]: FailedMessage): void {
    const { life, inFlight, paces, freed } = this.#terms
    if (!this.#isHere(n, 'failure')) return
    learn(paces[inFlight.definitions[placeOf(n)] as number] as Pace, workMs, 1)
    const job = inFlight.release(n)
    inFlight.tidy()
    const failure = buffers === undefined ? told : (restoreBuffers(told, buffers) as Failure)
    life.emit({ type: 'failed', job, failure, began, workMs })
    freed()
  }

  #results(message: Results, until: number): ToMain | undefined {
    const { length } = message[4]
    if (length <= fewestHeard || until === Infinity) {
      this.#done(message)
      return undefined
    }
    const now = performance.now()
    const most = Math.max(fewestHeard, Math.floor((until - now) / this.#msPerResult))
    const [first, rest] = length > most ? parted(message, most) : [message, undefined]
    this.#done(first)
    this.#msPerResult = (performance.now() - now) / Math.max(1, first[4].length)
    return rest
  }

  #done([, first, start, groups, results, buffers]: Results): void {
    const { life, inFlight, paces, freed } = this.#terms
    const count = results.length
    for (let k = 0; k < count; k++) if (!this.#isHere(first + k, 'result')) return
    if (buffers !== undefined) restoreBuffers(results, buffers)
    const jobs: number[] = new Array(count)
    const began: number[] = new Array(count)
    const workMs: number[] = new Array(count)
    let at = start
    let k = 0
    // One lesson for each definition in a reply, however many groups: a reply may raise a mean by half at most.
    let pace: Pace | undefined
    let [ms, jobsOfPace] = [0, 0]
    for (let g = 0; g < groups.length; g += 2) {
      const size = groups[g] as number
      const each = (groups[g + 1] as number) / size
      const own = paces[inFlight.definitions[placeOf(first + k)] as number] as Pace
      if (own !== pace) {
        if (pace !== undefined) learn(pace, ms, jobsOfPace)
        pace = own
        ms = jobsOfPace = 0
      }
      ms += groups[g + 1] as number
      jobsOfPace += size
      for (const end = k + size; k < end; k++) {
        jobs[k] = inFlight.release(first + k)
        began[k] = at
        workMs[k] = each
        at += each
      }
    }
    if (pace !== undefined) learn(pace, ms, jobsOfPace)
    inFlight.tidy()
    life.emit({ type: 'done', jobs, results, began, workMs })
    freed()
  }

  /** Whether a word about job number `n` can be right; if not, somebody forged it, or spoke after the end. */
  #isHere(n: number, word: string): boolean {
    const { life, inFlight } = this.#terms
    if (inFlight.isUnderWay(n)) return true
    life.nonsense(`a ${word} of job number ${n}, which is not here`)
    return false
  }
}

/** Results in two: the first `count` of them, and the rest. */
function parted([kind, first, began, groups, results, buffers]: Results, count: number): [Results, Results] {
  const here: number[] = []
  const rest: number[] = []
  let left = count
  let ms = 0
  for (let g = 0; g < groups.length; g += 2) {
    const [size, took] = [groups[g] as number, groups[g + 1] as number]
    const taken = Math.min(left, size)
    left -= taken
    if (taken > 0) here.push(taken, (took / size) * taken)
    if (taken < size) rest.push(size - taken, (took / size) * (size - taken))
    ms += (took / size) * taken
  }
  const whole = buffers === undefined ? results : (restoreBuffers(results, buffers) as unknown[])
  return [
    [kind, first, began, here, whole.slice(0, count)],
    [kind, first + count, began + ms, rest, whole.slice(count)],
  ]
}
