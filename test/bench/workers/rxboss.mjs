/** The tasks as workers of rxboss. `RXBOSS_DIST` names another build to measure. */

import { definitions } from './definitions.mjs'

const dist = process.env.RXBOSS_DIST ?? new URL('../../../dist/', import.meta.url).href

export const { noop, echo, buf, cpu, fatal, talk } = definitions(
  await import(`${dist}lib/worker.js`),
  import.meta,
)
