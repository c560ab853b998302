/** Changes what it was given as much as it can, and returns it. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const Box = t.type({ inner: t.type({ list: t.array(t.number) }) })

export default defineWorker(import.meta, {
  name: 'keeper',
  attr: { box: Box, label: t.string },
  work: ({ box, label }) => {
    box.inner.list.push(99)
    return { label, list: box.inner.list }
  },
})
