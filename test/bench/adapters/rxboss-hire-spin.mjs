/** One hired worker, one call at a time; both sides look for the next one for a millisecond (`spinUs`). */

import { resultOf, rxboss } from './rxboss.mjs'

export default {
  name: 'rxboss-hire-spin',
  label: 'rxboss, hired worker, `spinUs`',
  kind: 'rxboss',
  only: ['f'],
  open: async ({ task }) => {
    const { hire, worker, instructionOf } = await rxboss(task)
    const hired = await hire(worker, { spinUs: 1000 })
    return { call: async value => resultOf(await hired.work(instructionOf(value))) }
  },
}
