/** An actor on a thread, in a process and here meets the contract of actors, and what a border adds to it. */

import type { Ref } from '../../src/actor/actor.ts'
import { AskError, ask } from '../../src/actor/ask.ts'
import { spawn } from '../../src/actor/spawn.ts'
import { inline } from '../../src/crew/inline.ts'
import { processes } from '../../src/crew/processes/processes.ts'
import { threads } from '../../src/crew/threads/threads.ts'
import doer from './actors/doer.ts'
import { type Done, type Example, meetsActorContract } from './contract.ts'

const crews = { inline, threads, processes }

for (const [name, crew] of Object.entries(crews)) {
  const example: Example = {
    open: mailbox => spawn(doer, { on: crew(), ...(mailbox !== undefined && { mailbox }) }),
    done: output => output as Done,
    ask: (actor, job) => ask(actor as never, (replyTo: Ref<Done>) => ({ ...job, replyTo }), 30_000),
    failed: async reply => {
      const error = await reply.catch((error: unknown) => error)
      if (!(error instanceof AskError && error.code === 'failed')) throw error
    },
    deadLetter: 'actor.deadLetter',
    apart: name !== 'inline',
  }
  meetsActorContract(`an actor, ${name}`, example)
}
