/** A Boss as it is made: his final report holds every report. */

import { openReports } from './rxboss.mjs'

export default {
  name: 'rxboss-boss-keep',
  label: 'rxboss, Boss that keeps reports',
  kind: 'rxboss',
  not: ['gx', 'g', 'idle', 'f'],
  open: options => openReports(options, { keepReports: true }),
}
