import { fileURLToPath } from 'node:url'

import { promised } from './promised.mjs'

const filename = fileURLToPath(new URL('../workers/piscina.mjs', import.meta.url))

export async function openPiscina({ task, size }, settings) {
  const { default: Piscina } = await import('piscina')
  const pool = new Piscina({ filename, name: task, minThreads: size, maxThreads: size, ...settings })
  return promised(
    task === 'buf' ? value => pool.run(value, { transferList: [value] }) : value => pool.run(value),
  )
}
