/**
 * Starve: how late a timer of this thread is while workers talk as fast as they can.
 *
 *     node test/bench/starve.mjs            two threads, 10 s, notes of a number and of 64 kB, a subscriber of 20 us
 *     node test/bench/starve.mjs 3000       3 s
 */

import { Boss, threads } from '../../dist/lib/index.js'

import talk from './workers/talk.mjs'

const forMs = Number(process.argv[2] ?? 10_000)
const everyMs = 10

for (const size of [0, 64_000]) {
  const boss = new Boss({ workers: [talk], crew: threads({ size: 2 }) })
  let heard = 0
  boss.reports$.subscribe(() => {
    heard++
    const end = performance.now() + 0.02
    while (performance.now() < end);
  })
  const late = []
  let due = performance.now() + everyMs
  const timer = setInterval(() => {
    const now = performance.now()
    late.push(Math.max(0, now - due))
    due = now + everyMs
  }, everyMs)
  boss.give({ size })
  boss.give({ size })
  boss.makeThemWork()
  await new Promise(resolve => setTimeout(resolve, forMs))
  clearInterval(timer)
  await boss.stopThemWorking()
  late.sort((a, b) => a - b)
  const at = part => late[Math.min(late.length - 1, Math.floor(late.length * part))].toFixed(1)
  console.log(
    `starve, notes of ${size} bytes: ${heard} heard, ${late.length} ticks; late p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms`,
  )
}
