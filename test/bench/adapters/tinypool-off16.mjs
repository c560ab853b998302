/** Tinypool for throughput: no atomics, up to 16 tasks sent ahead to each worker. */

import { openTinypool } from './tinypool-open.mjs'

export default {
  name: 'tinypool-off16',
  label: 'tinypool, no atomics, 16 ahead',
  kind: 'peer',
  packages: ['tinypool'],
  most: { a1: 20_000, a2: 20_000, a3: 20_000 },
  open: options => openTinypool(options, { useAtomics: false, concurrentTasksPerWorker: 16 }),
}
