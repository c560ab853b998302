/** A Boss whose workers are child processes. */

import { openReports } from './rxboss.mjs'

export default {
  name: 'rxboss-processes',
  label: 'rxboss, processes()',
  kind: 'rxboss',
  only: ['pa', 'pb'],
  open: async options => {
    const dist = process.env.RXBOSS_DIST ?? new URL('../../../dist/', import.meta.url).href
    const { processes } = await import(`${dist}lib/processes.js`)
    return openReports(options, { keepReports: false, crew: processes() })
  },
}
