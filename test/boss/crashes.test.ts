/** The crash suite on threads, and in this thread, as far as work can be kept from taking all with it here. */

import { inline, threads } from '../../src/index.ts'
import { survivesCrashes } from './crash-suite.ts'

survivesCrashes('threads', {
  make: options => threads(options),
  small: () => threads({ resourceLimits: { maxOldGenerationSizeMb: 32 } }),
})

survivesCrashes('threads that look for their next job', {
  make: options => threads({ ...options, spinUs: 2000 }),
  small: () => threads({ spinUs: 2000, resourceLimits: { maxOldGenerationSizeMb: 32 } }),
})

const own = 'it would end this very process'
const stuck = 'it would keep this very thread, and the boss with it, for ever'
const one = 'there is no place of its own that could go'

survivesCrashes('inline', {
  make: () => inline(),
  small: () => inline(),
  skipped: [
    [/process\.exit/, own],
    [/a crash with the thrown error/, own],
    [/out of memory settles/, own],
    [/is poison/, own],
    [/dispose, nothing of it is left/, own],
    [/work that loops/, stuck],
    [/what is at work is seen/, stuck],
    [/handed behind is cancelled/, stuck],
    [/work that runs too long/, stuck],
    [/stuck in native code/, stuck],
    [/throws on import/, 'its file was imported before the boss was made'],
    [/blocks while it is imported/, 'its file was imported before the boss was made'],
    [/idled away opens again/, one],
    [/recycled after each/, one],
    [/prints 10 MB/, 'what it prints is printed by this process, at once'],
    [/what cannot be sent/, 'values pass by reference: nothing has to be sent'],
  ],
})
