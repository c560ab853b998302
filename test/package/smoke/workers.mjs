/** What the smoke suite hires, in whatever runtime. */

import * as t from 'io-ts'
import { defineActor, defineWorker, transfer } from 'rxboss/worker'

export const square = defineWorker(import.meta, {
  name: 'square',
  attr: { n: t.number },
  work: ({ n }) => n * n,
})
export const notes = defineWorker(import.meta, {
  name: 'notes',
  attr: { n: t.number },
  *work({ n }) {
    for (let i = 1; i <= n; i++) yield i
    return 'done'
  },
})
export const throwing = defineWorker(import.meta, {
  name: 'throwing',
  attr: { what: t.string },
  work: ({ what }) => {
    throw new RangeError(what)
  },
})
export const waiting = defineWorker(import.meta, {
  name: 'waiting',
  attr: { ms: t.number },
  work: ({ ms }, task) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms, 'waited')
      task.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(new Error('asked to end'))
      })
    }),
})
export const endless = defineWorker(import.meta, {
  name: 'endless',
  attr: {},
  work: () => {
    for (;;);
  },
})
export const exiting = defineWorker(import.meta, {
  name: 'exiting',
  attr: { code: t.number },
  work: ({ code }) => process.exit(code),
})
export const moving = defineWorker(import.meta, {
  name: 'moving',
  attr: { bytes: t.unknown },
  work: ({ bytes }) => {
    bytes[0]++
    return transfer(bytes, [bytes.buffer])
  },
})
export const counting = defineWorker(import.meta, {
  name: 'counting',
  attr: { cells: t.unknown },
  work: ({ cells }) => Atomics.add(new Int32Array(cells), 0, 1),
})
export const wrong = defineWorker(import.meta, { name: 'wrong', attr: {}, work: () => () => {} })
export const adder = defineActor(import.meta, {
  name: 'adder',
  message: t.any,
  behaviour: () => {
    let sum = 0
    return ({ n, replyTo }) => {
      sum += n ?? 0
      replyTo?.next(sum)
    }
  },
})
