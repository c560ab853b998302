/** Tinypool as it comes: atomics, one task for each worker. */

import { openTinypool } from './tinypool-open.mjs'

export default {
  name: 'tinypool',
  label: 'tinypool, atomics',
  kind: 'peer',
  packages: ['tinypool'],
  most: { a1: 20_000, a2: 20_000, a3: 20_000 },
  open: options => openTinypool(options, {}),
}
