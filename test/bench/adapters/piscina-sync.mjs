/** Piscina as it comes: idle workers sleep in `Atomics.wait`, one task each. */

import { openPiscina } from './piscina.mjs'

export default {
  name: 'piscina-sync',
  label: 'piscina, atomics',
  kind: 'peer',
  packages: ['piscina'],
  most: { a1: 20_000, a2: 20_000, a3: 20_000 },
  open: options => openPiscina(options, { atomics: 'sync' }),
}
