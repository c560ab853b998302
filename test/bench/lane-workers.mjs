import * as t from 'io-ts'

import { defineWorker, transfer } from '../../dist/src/entries/worker.js'
import * as tasks from './tasks.mjs'

export const noop = defineWorker(import.meta, { name: 'noop', attr: { n: t.number }, work: ({ n }) => n + 1 })
export const cpu = defineWorker(import.meta, {
  name: 'cpu',
  attr: { n: t.number },
  work: ({ n }) => tasks.cpu(n),
})
export const echo = defineWorker(import.meta, {
  name: 'echo',
  attr: { value: t.UnknownRecord },
  work: ({ value }) => tasks.echo(value),
})
export const buf = defineWorker(import.meta, {
  name: 'buf',
  attr: { buffer: t.unknown },
  work: ({ buffer }) => transfer(tasks.buf(buffer), [buffer]),
})
