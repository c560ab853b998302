/** What a piece of work costs: wall time, CPU of this thread and of all threads, memory at its highest, context switches. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Starts measuring. What comes back stops it: microseconds of wall time, of this thread's CPU, of all threads' CPU. */
export function startMeter() {
  const mine = threadCpu()
  const all = process.cpuUsage()
  const start = performance.now()
  return () => {
    const us = (performance.now() - start) * 1000
    const { user, system } = process.cpuUsage(all)
    return { us, mainUs: threadCpu() - mine, cpuUs: user + system }
  }
}

/** CPU of the main thread in microseconds; NaN where the kernel does not tell. */
function threadCpu() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000
  } catch {
    return Number.NaN
  }
}

const mega = 1024 * 1024

/** Megabytes of this process now. */
export const megabytes = () => process.memoryUsage.rss() / mega

/** Starts watching memory. What comes back says by how many megabytes it rose at most since then. */
export function watchMemory() {
  writeFileSync('/proc/self/clear_refs', '5') // the highest so far is now
  const start = megabytes()
  return () => {
    const peak = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
    return peak - start
  }
}

/** How often any thread of this process went to sleep or was made to wait. */
export function contextSwitches() {
  let sum = 0
  for (const task of readdirSync('/proc/self/task')) {
    const status = readFileSync(`/proc/self/task/${task}/status`, 'utf8')
    for (const [, count] of status.matchAll(/ctxt_switches:\s*(\d+)/g)) sum += Number(count)
  }
  return sum
}
