/** A crew of fake lanes that are ready a microtask after they were opened, and answer a job in each microtask. */

import { fakeCrew } from '../../src/entries/testing.ts'
import type { Crew } from '../../src/index.ts'

export function answeringCrew(depth = 4): Crew {
  const crew = fakeCrew({ depth })
  return {
    ...crew,
    open: terms => {
      const lane = crew.open(terms) as (typeof crew.lanes)[number]
      let ready = false
      let answering = false
      const answer = () => {
        answering = false
        if (!lane.open) return
        if (!ready) {
          ready = true
          lane.getReady()
        } else if (lane.held > 0) lane.finish(0)
        if (lane.asked === 'terminate' || (lane.asked === 'close' && lane.held === 0)) lane.leaves()
        else if (lane.held > 0) answerSoon()
      }
      const answerSoon = () => {
        if (answering) return
        answering = true
        queueMicrotask(answer)
      }
      answerSoon()
      const then = (act: () => void) => {
        act()
        answerSoon()
      }
      return Object.assign(Object.create(lane), {
        give: (job: number) => then(() => lane.give(job)),
        close: () => then(() => lane.close()),
        terminate: () => then(() => lane.terminate()),
      })
    },
  }
}
