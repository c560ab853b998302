/** A Boss, told not to keep reports: `give`, and `reports$`. */

import { openBoss } from './rxboss.mjs'

export default {
  name: 'rxboss-boss',
  label: 'rxboss, Boss',
  kind: 'rxboss',
  open: options => openBoss(options, { keepReports: false }),
}
