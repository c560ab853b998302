/** What looks after a run while it goes on: memory that gets short, workers that may help, a file that says how many. */

import type { AnyWorker, Boss } from '../../index.ts'
import type { Hiring } from '../crew-and-scheduler.ts'
import { growJobs } from '../growing-jobs.ts'
import type { Room } from '../input-window.ts'
import { watchMemory } from '../memory-watch.ts'
import type { RunCommandOptions } from '../run-options.ts'
import { watchJobsFile } from './jobs-file.ts'

interface LookoutTerms {
  readonly boss: Boss<AnyWorker>
  readonly hiring: Hiring
  readonly options: RunCommandOptions
  readonly room: Room
  readonly say: (text: string) => void
}

export interface Lookouts {
  /** What runs may be put back, to be given again. */
  readonly putBack: boolean
  end(): void
}

export function postLookouts({ boss, hiring, options, room, say }: LookoutTerms): Lookouts {
  const memory = watchMemory(boss, options.memfree, say)
  const growing = growJobs(boss, hiring)
  const file = watchJobsFile(options.jobsFile, {
    ...{ boss, withJobs: hiring.withJobs, say },
    onChange: jobs => room.resize(jobs),
  })
  return {
    putBack: memory !== undefined,
    end: () => {
      for (const one of [memory, growing, file]) one?.end()
    },
  }
}
