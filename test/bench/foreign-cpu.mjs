/** CPU that other processes used: figures taken beside it say less. */

import { readFileSync } from 'node:fs'

/** Seconds in one tick of /proc. */
const tick = 0.01

/** Starts watching. What comes back says how many cores others used since then; `undefined` where there is no /proc. */
export function watchForeignCpu() {
  const before = read()
  if (before === undefined) return () => undefined
  return () => {
    const after = read()
    const seconds = (after.at - before.at) / 1000
    return Math.max(0, (after.busy - before.busy - (after.own - before.own)) / seconds)
  }
}

/** Seconds of CPU used by all processes, and by this one and those of its children that have ended. */
function read() {
  try {
    const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]
      .split(/\s+/)
      .slice(1)
      .map(Number)
    const self = readFileSync('/proc/self/stat', 'utf8')
    const own = self
      .slice(self.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .reduce((sum, one) => sum + Number(one), 0)
    const busy = user + nice + system + irq + softirq
    return { at: performance.now(), busy: busy * tick, own: own * tick }
  } catch {
    return undefined
  }
}
