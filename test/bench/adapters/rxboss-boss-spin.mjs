/** A Boss whose threads look for the next instruction for a millisecond (`spinUs`). */

import { openReports, rxboss } from './rxboss.mjs'

export default {
  name: 'rxboss-boss-spin',
  label: 'rxboss, Boss, `spinUs`',
  kind: 'rxboss',
  only: ['f', 'a2', 'a3', 'b'],
  open: async options => {
    const { threads } = await rxboss(options.task)
    return openReports(options, { keepReports: false, crew: threads({ spinUs: 1000 }) })
  },
}
