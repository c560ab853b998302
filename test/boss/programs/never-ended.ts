/** A program that gives three instructions, and never ends its boss. */

import { processes } from '../../../src/entries/processes.ts'
import { Boss } from '../../../src/index.ts'
import native from '../../fixtures/native.ts'

const boss = new Boss({ workers: native, crew: processes() })
boss.reports$.subscribe(({ kind }) => console.log(kind))
for (let n = 0; n < 3; n++) boss.give({ act: 'who' })
boss.makeThemWork()
