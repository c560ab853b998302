/** The crew contract, in programs written in Python: one instruction at a time, and with some handed ahead. */

import { programs } from '../../../src/entries/programs.ts'
import { meetsCrewContract } from '../contract.ts'
import { commandOf, forNamesakes, test } from './python.ts'

const make = (ahead: number) => () => forNamesakes(programs({ command: commandOf('contract'), ahead }))

/** Python knows one nothing, and one kind of whole numbers. */
const asRead = (value: unknown) =>
  value === undefined ? null : typeof value === 'bigint' ? Number(value) : value

for (const ahead of [0, 3]) {
  meetsCrewContract(ahead === 0 ? 'programs' : `programs, ${ahead} ahead`, make(ahead), {
    elsewhere: true,
    takesBack: false,
    sharesMemory: false,
    handsAhead: ahead,
    asRead,
    test,
  })
}
