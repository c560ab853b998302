/** Actors for the bench that live on a thread: one that is told, one that puts out, one that is asked. */

import * as t from 'io-ts'

const dist = process.env.RXBOSS_DIST ?? new URL('../../../dist/', import.meta.url).href
const { defineActor } = await import(`${dist}src/worker/define-actor.js`)

export const counter = defineActor(import.meta, {
  name: 'counter',
  message: t.type({ n: t.number }),
  behaviour: () => () => {},
})

export const source = defineActor(import.meta, { name: 'source', behaviour: () => n => n })

export const echo = defineActor(import.meta, {
  name: 'echo',
  behaviour:
    () =>
    ({ n, replyTo }) =>
      replyTo.next(n),
})
