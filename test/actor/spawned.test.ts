/** What `spawn` returns meets the contract of actors. */

import { setTimeout as pause } from 'node:timers/promises'

import type { Ref } from '../../src/actor/actor.ts'
import { AskError, ask } from '../../src/actor/ask.ts'
import type { Behaviour } from '../../src/actor/behaviour.ts'
import { spawn } from '../../src/actor/spawn.ts'
import { type Done, type Example, type Job, meetsActorContract } from './contract.ts'

type Message = Job & { readonly replyTo?: Ref<Done> }

/** Does one job after the other, and sees if that is so. */
const doer: Behaviour<Message, Done> = () => {
  let atWork = 0
  return async ({ n, does, replyTo }) => {
    const done = { n, atWork: ++atWork }
    try {
      if (does === 'fail') throw new Error(`job ${n} fails`)
      if (does === 'wait') await pause(30)
    } finally {
      atWork--
    }
    replyTo?.next(done)
    return done
  }
}

const spawned: Example = {
  open: mailbox => spawn(doer, mailbox === undefined ? {} : { mailbox }),
  done: output => output as Done,
  ask: (actor, job) => ask(actor as never, (replyTo: Ref<Done>) => ({ ...job, replyTo }), 10_000),
  failed: async reply => {
    const error = await reply.catch((error: unknown) => error)
    if (!(error instanceof AskError && error.code === 'failed')) throw error
  },
  deadLetter: 'actor.deadLetter',
}

meetsActorContract('spawned', spawned)
