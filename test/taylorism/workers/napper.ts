/** Naps, or sleeps until a gate is opened; writes a mark when it wakes up, if it has one; returns its label. */

import { writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const text = { type: t.string, default: '' }

const Gate = new t.Type<SharedArrayBuffer | undefined, SharedArrayBuffer | undefined, unknown>(
  'SharedArrayBuffer',
  (value): value is SharedArrayBuffer | undefined =>
    value === undefined || value instanceof SharedArrayBuffer,
  (value, context) =>
    value === undefined || value instanceof SharedArrayBuffer ? t.success(value) : t.failure(value, context),
  t.identity,
)

export default defineWorker(import.meta, {
  name: 'napper',
  attr: { seconds: t.number, label: text, mark: text, file: text, gate: { type: Gate, default: undefined } },
  work: async ({ seconds, label, mark, gate }, { signal }) => {
    await setTimeout(seconds * 1000, undefined, { signal })
    while (gate !== undefined && Atomics.load(new Int32Array(gate), 0) === 0)
      await setTimeout(5, undefined, { signal })
    if (mark !== '') writeFileSync(mark, label)
    return label
  },
})
