/** Answers with the trace context that it finds on its task. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'traced',
  attr: { n: t.number },
  work: ({ n }, task) => {
    if (n < 0) throw new RangeError(`negative: ${n}`)
    return task.traceparent ?? null
  },
})
