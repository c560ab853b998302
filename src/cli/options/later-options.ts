/** Options of `run`: what a run leaves for its next life. */

import { Option } from 'commander'

export const laterOptions = (): readonly Option[] => [
  new Option('--journal <file>', 'write down what begins and how it ends'),
  new Option('--resume', 'skip what the journal has as done or failed; append with >>'),
  new Option('--resume-failed', 'the same, but run what failed again'),
  new Option('--retry-failed', 'run nothing but what failed'),
  new Option('--journal-repair', 'leave out lines that were damaged; what they say of is run again'),
  new Option('--force-lock', 'write the journal though a lock says that another process does'),
]
