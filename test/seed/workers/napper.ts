/** Naps; writes a mark when it wakes up, if it has one; returns its label. */

import { writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const text = { type: t.string, default: '' }

export default defineWorker(import.meta, {
  name: 'napper',
  attr: { seconds: t.number, label: text, mark: text, file: text },
  work: async ({ seconds, label, mark }, { signal }) => {
    await setTimeout(seconds * 1000, undefined, { signal })
    if (mark !== '') writeFileSync(mark, label)
    return label
  },
})
