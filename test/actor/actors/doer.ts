/** Does one job after the other, and sees if that is so: the actor of the contract, for places of its own. */

import { setTimeout as pause } from 'node:timers/promises'

import type { Ref } from '../../../src/actor/actor.ts'
import { defineActor } from '../../../src/entries/worker.ts'
import type { Done, Job } from '../contract.ts'

type Message = Job & { readonly replyTo?: Ref<Done> }

export default defineActor(import.meta, {
  name: 'doer',
  behaviour: () => {
    let atWork = 0
    return async ({ n, does, replyTo }: Message) => {
      const done: Done = { n, atWork: ++atWork }
      try {
        if (does === 'fail') throw new Error(`job ${n} fails`)
        if (does === 'wait') await pause(60)
      } finally {
        atWork--
      }
      replyTo?.next(done)
      return done
    }
  },
})
