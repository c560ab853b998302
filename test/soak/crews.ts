/** The crews that are soaked, and how a worker of each is struck down from outside. */

import { processes } from '../../src/entries/processes.ts'
import { type Crew, threads } from '../../src/index.ts'
import type { Ready } from './soak.ts'

export interface Soaked {
  readonly crew: Crew
  readonly strike: (event: Ready) => void
}

export const soaked: Readonly<Record<string, () => Soaked>> = {
  threads: () => ({
    crew: threads({ recycleAfter: 2000, resourceLimits: { maxOldGenerationSizeMb: 32 } }),
    strike: () => {}, // nobody outside can end a thread: exits, throws and memory do it from within
  }),
  processes: () => {
    return {
      crew: processes({ recycleAfter: 2000, memoryLimit: 96 }),
      strike: ({ pid }) => {
        if (pid === undefined) return
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It has just ended by itself.
        }
      },
    }
  },
}
