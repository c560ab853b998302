/** `follow(boss)`: a run kept up to date, for a report of it at any time. */

import type { Followed } from '../inspect/follow.ts'
import type { Run } from '../inspect/run.ts'
import { FailedInstructions } from './failed-instructions.ts'
import { Feed, type FeedOptions } from './feed.ts'
import { htmlPieces } from './to-html.ts'

/** A run that is kept up to date. */
export interface Following {
  /** As it is now. */
  readonly run: Run
  /** The dashboard's page of the run as it is now, as one file. */
  toHtml(): string
  /** Looks away. */
  end(): void
}

/**
 * Observes a boss and keeps its run up to date, bounded: the last 200,000 attempts one by one, sums of all. Starts now:
 * what happened before is known as counts. Costs a few microseconds for each instruction, keeps no process alive, and
 * ends by itself with the boss; the run can be looked at also after that.
 *
 * @throws {TypeError} when this is not a boss
 *
 * @example
 * const followed = follow(boss)
 * await boss.waitTillFinished()
 * await writeFile('run.html', followed.toHtml())
 */
export function follow(boss: Followed, options: FeedOptions = {}): Following {
  if (typeof boss?.inspect$?.subscribe !== 'function')
    throw new TypeError(`Cannot follow ${String(boss)}: it must be a Boss`)
  const feed = new Feed(boss, options)
  const failed = new FailedInstructions(boss)
  return {
    get run() {
      return feed.run
    },
    toHtml: () => [...htmlPieces(feed.run, failed.all())].join(''),
    end: () => {
      feed.end()
      failed.end()
    },
  }
}
