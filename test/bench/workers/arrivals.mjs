/**
 * Keeps the time of requests: a message to main when some are due, as a socket would have them. Main has no timers for that,
 * whose millisecond would hide what is measured.
 */

import { parentPort } from 'node:worker_threads'

/** Microseconds that all threads of a process share. */
export const now = () => Number(process.hrtime.bigint()) / 1000

const sleep = new Int32Array(new SharedArrayBuffer(4))

/** `dueUs`: when each is due, in microseconds from the start, the earliest first. */
parentPort?.on('message', dueUs => {
  const start = now() + 20_000
  parentPort.postMessage(start)
  let next = 0
  while (next < dueUs.length) {
    const waitMs = (start + dueUs[next] - now()) / 1000
    if (waitMs > 0) Atomics.wait(sleep, 0, 0, waitMs)
    const first = next
    while (next < dueUs.length && start + dueUs[next] <= now()) next++
    if (next > first) parentPort.postMessage(next - first)
  }
})
