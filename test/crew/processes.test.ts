/** The crew contract, in child processes. */

import { processes } from '../../src/entries/processes.ts'
import { meetsCrewContract } from './contract.ts'

meetsCrewContract('processes', () => processes(), {
  elsewhere: true,
  takesBack: false,
  sharesMemory: false,
})
