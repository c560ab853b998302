/** Renders a shot for a picture: it computes for a while, says how far it is, prints at times, and fails at some. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const steps = 8

export default defineWorker(import.meta, {
  name: 'render',
  attr: { path: t.string, ms: t.number, shot: t.number },
  work: async ({ path, ms, shot }, task) => {
    for (let done = 1; done <= steps; done++) {
      compute(ms / steps)
      task.report({ done, total: steps })
      await new Promise(resolve => setImmediate(resolve))
    }
    if (shot % 7 === 3) console.log(`deprecated profile in ${path}`)
    if (shot === 60 && task.attempt === 1) process.exit(3)
    if (shot % 29 === 5) throw new RangeError(`corrupt header in ${path}`)
    return shot
  },
})

function compute(ms) {
  const until = performance.now() + ms
  while (performance.now() < until) Math.sqrt(until)
}
