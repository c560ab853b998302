/** The clock of actors and of `schedule` unless told: RxJS's usual timers, which a TestScheduler drives, but monotonic. */

import { asyncScheduler } from 'rxjs'

import { asClock, type Clock } from '../words/clock.ts'

/** `asyncScheduler.now()` would jump with the wall clock. */
export const monotonic: Clock = asClock({
  now: () => performance.now(),
  schedule: (work, delayMs) => asyncScheduler.schedule(work, delayMs),
})
