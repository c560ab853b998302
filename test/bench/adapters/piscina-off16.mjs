/** Piscina for throughput: no atomics, up to 16 tasks sent ahead to each worker. */

import { openPiscina } from './piscina.mjs'

export default {
  name: 'piscina-off16',
  label: 'piscina, no atomics, 16 ahead',
  kind: 'peer',
  packages: ['piscina'],
  most: { a1: 20_000, a2: 20_000, a3: 20_000 },
  open: options => openPiscina(options, { atomics: 'disabled', concurrentTasksPerWorker: 16 }),
}
