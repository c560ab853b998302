/** `boss.run`: a promise for each instruction, from one Boss. */

import { promised } from './promised.mjs'
import { openBoss } from './rxboss.mjs'

export default {
  name: 'rxboss-run',
  label: 'rxboss, run',
  kind: 'rxboss',
  only: ['f', 'run', 'serve-50', 'serve-80', 'serve-bursts', 'fatal', 'flat'],
  open: async options => {
    const { boss, instructionOf } = await openBoss(options, {})
    return promised(value => boss.run(instructionOf(value)))
  },
}
