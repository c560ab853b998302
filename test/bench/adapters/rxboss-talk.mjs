/** Workers that say as much as they can. */

import { openBoss } from './rxboss.mjs'

export default {
  name: 'rxboss-talk',
  label: 'rxboss, workers that talk',
  kind: 'rxboss',
  only: [],
  open: ({ size }) => openBoss({ task: 'talk', size }, { keepReports: false }),
}
