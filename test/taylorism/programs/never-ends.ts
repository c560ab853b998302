/** Gives three, listens, and never ends its boss: it exits by itself. */

import { nappers } from '../server.ts'

const boss = nappers({ seconds: [0.01, 0.01, 0.01] })
boss.reports$.subscribe(({ id }) => console.log(id))
