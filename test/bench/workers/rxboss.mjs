/** The tasks as workers of rxboss, each with a footprint. `RXBOSS_DIST` names another build to measure. */

import * as t from 'io-ts'

import { buf as bufTask, cpu as cpuTask, echo as echoTask, noop as noopTask } from '../tasks.mjs'

const dist = process.env.RXBOSS_DIST ?? new URL('../../../dist/', import.meta.url).href
const { defineWorker, transfer } = await import(`${dist}lib/worker-entry.js`)

const ArrayBufferCodec = new t.Type(
  'ArrayBuffer',
  value => value instanceof ArrayBuffer,
  (value, context) => (value instanceof ArrayBuffer ? t.success(value) : t.failure(value, context)),
  t.identity,
)

export const noop = defineWorker(import.meta, {
  name: 'noop',
  attr: { n: t.number },
  work: ({ n }) => noopTask(n),
})

export const echo = defineWorker(import.meta, {
  name: 'echo',
  attr: { value: t.UnknownRecord },
  work: ({ value }) => echoTask(value),
})

export const buf = defineWorker(import.meta, {
  name: 'buf',
  attr: { buffer: ArrayBufferCodec },
  work: ({ buffer }) => transfer(bufTask(buffer), [buffer]),
})

export const cpu = defineWorker(import.meta, {
  name: 'cpu',
  attr: { n: t.number },
  work: ({ n }) => cpuTask(n),
})
