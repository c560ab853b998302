/** Wants more memory for ever. */

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'hungry',
  work: () => {
    const kept: number[][] = []
    for (;;) kept.push(new Array(10_000).fill(kept.length + 0.5))
  },
})
