/** A Boss, told not to keep reports: `give`, and `reports$`. */

import { openReports } from './rxboss.mjs'

export default {
  name: 'rxboss-boss',
  label: 'rxboss, Boss',
  kind: 'rxboss',
  open: options => openReports(options, { keepReports: false }),
}
