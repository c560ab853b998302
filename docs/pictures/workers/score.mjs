/** Scores a text for a picture: short work beside the long one. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'score',
  attr: { text: t.string, n: t.number },
  work: ({ text, n }) => {
    const until = performance.now() + 20 + ((n * 13) % 60)
    while (performance.now() < until) Math.sqrt(until)
    if (n % 41 === 9) throw new TypeError(`no language in "${text}"`)
    return text.length
  },
})
