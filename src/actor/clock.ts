/** The clock of this folder: RxJS's usual timers, but monotonic. `asyncScheduler.now()` jumps with the wall clock. */

import { asyncScheduler, type SchedulerLike } from 'rxjs'

/** Beyond this, timers fire at once: a signed 32-bit number of milliseconds, 24.8 days. */
export const longestMs = 2 ** 31 - 1

export const monotonic: SchedulerLike = {
  now: () => performance.now(),
  schedule: asyncScheduler.schedule.bind(asyncScheduler),
}
