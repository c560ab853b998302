import { promised } from './promised.mjs'

const filename = new URL('../workers/tinypool.mjs', import.meta.url).href

export async function openTinypool({ task, size }, settings) {
  const { default: Tinypool } = await import('tinypool')
  const pool = new Tinypool({ filename, name: task, minThreads: size, maxThreads: size, ...settings })
  return promised(
    task === 'buf' ? value => pool.run(value, { transferList: [value] }) : value => pool.run(value),
  )
}
