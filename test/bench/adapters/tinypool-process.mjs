/** Tinypool with child processes. */

import { openTinypool } from './tinypool-open.mjs'

export default {
  name: 'tinypool-process',
  label: 'tinypool, processes',
  kind: 'peer',
  packages: ['tinypool'],
  only: ['pa', 'pb'],
  most: { pa: 10_000, pb: 10_000 },
  open: options => openTinypool(options, { runtime: 'child_process' }),
}
