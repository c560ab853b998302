/** The crash suite on programs in Python, and what only they do. */

import { programs } from '../../src/entries/programs.ts'
import { commandOf, forNamesakes, test } from '../crew/programs/python.ts'
import { survivesCrashes } from './crash-suite.ts'

const foreign = 'nothing in Python is like that'

survivesCrashes('programs', {
  test,
  make: options => forNamesakes(programs({ command: commandOf('misbehave'), ...options })),
  small: () => forNamesakes(programs({ command: commandOf('misbehave'), memoryLimit: 96 })),
  skipped: [
    [/throwFromTimer|rejectUnheard/, foreign],
    [/throws on import/, 'below: it is another file'],
    [/blocks while it is imported/, 'below: it is another file'],
  ],
})
