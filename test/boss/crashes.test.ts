/** The crash suite on threads, and in this thread, as far as work can be kept from taking all with it here. */

import { inline, threads } from '../../src/index.ts'
import { survivesCrashes } from './crash-suite.ts'

survivesCrashes('threads', {
  make: options => threads(options),
  small: () => threads({ resourceLimits: { maxOldGenerationSizeMb: 32 } }),
})

const own = 'it would end this very process'
const stuck = 'it would keep this very thread, and the boss with it, for ever'
const one = 'there is no place of its own that could go'

survivesCrashes('inline', {
  make: () => inline(),
  small: () => inline(),
  skipped: [
    [/process\.exit/, own],
    [/R2 R3/, own],
    [/R5 /, own],
    [/is poison/, own],
    [/dispose, nothing of it is left/, own],
    [/work that loops/, stuck],
    [/R23 what is at work/, stuck],
    [/R17 /, stuck],
    [/work that runs too long/, stuck],
    [/R34 /, stuck],
    [/R6 /, 'its file was imported before the boss was made'],
    [/R9 /, 'its file was imported before the boss was made'],
    [/R26 /, one],
    [/R29 R30/, one],
    [/R45 /, 'what it prints is printed by this process, at once'],
    [/R21 /, 'values pass by reference: nothing has to be sent'],
  ],
})
