/** Reads what a consumer answered: an event for each failure, and one for each row of results between them. */

import type { Failure } from '../../words/failure.ts'
import type { Job, LaneEvent } from '../crew.ts'
import type { Outcome } from './messages.ts'
import { unpack } from './payload-codec.ts'

/** What is under way. Jobs that are answered leave a hole. */
export interface SentJob {
  readonly id: string
  readonly jobs: (Job | undefined)[]
  readonly sentAt: number
  began: number | undefined
  heard: number
}

/** The events in order. Those jobs of `sent` that have an answer are taken out of it. */
export function readAnswers(
  sent: Pick<SentJob, 'jobs' | 'sentAt'>,
  { answers, ms: spanMs }: Outcome,
): readonly LaneEvent[] {
  const now = performance.now()
  const beganOf = (at: number) => Math.max(sent.sentAt, now - Math.max(0, spanMs - at))
  const told: LaneEvent[] = []
  let done: { jobs: Job[]; results: unknown[]; began: number[]; workMs: number[] } | undefined
  for (const [i, job] of sent.jobs.entries()) {
    const answer = answers[i]
    if (job === undefined || answer === undefined || answer === null) continue
    sent.jobs[i] = undefined
    const began = beganOf(answer.at)
    if ('failure' in answer) {
      done = undefined
      told.push({ type: 'failed', job, failure: unpack(answer.failure) as Failure, began, workMs: answer.ms })
      continue
    }
    if (done === undefined) {
      done = { jobs: [], results: [], began: [], workMs: [] }
      told.push({ type: 'done', ...done })
    }
    done.jobs.push(job)
    done.results.push(unpack(answer.result))
    done.began.push(began)
    done.workMs.push(answer.ms)
  }
  return told
}
