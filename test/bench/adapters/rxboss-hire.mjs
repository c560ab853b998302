/** One hired worker, one call at a time. */

import { resultOf, rxboss } from './rxboss.mjs'

export default {
  name: 'rxboss-hire',
  label: 'rxboss, hired worker',
  kind: 'rxboss',
  only: ['f', 'g', 'gx'],
  open: async ({ task }) => {
    const { hire, worker, instructionOf } = await rxboss(task)
    const hired = await hire(worker)
    return { call: async value => resultOf(await hired.work(instructionOf(value))) }
  },
}
