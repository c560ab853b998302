/** Sleeps: the seed's Sleeper. Instruction: `{ sleepingTime, wakeupSentence? }`, in seconds. Result: what it says then. */

import { setTimeout } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

/** Seconds, about 24 days: what a timer of Node's can wait. */
const longest = 2_147_483

export default defineWorker(import.meta, {
  name: 'sleep',
  info: 'Sleeps for so many seconds, then says something.',
  attr: {
    sleepingTime: { type: t.number, info: 'Seconds.' },
    wakeupSentence: { type: t.string, default: 'Hello !' },
  },
  only: {
    sleepingTime: (seconds: number) =>
      (seconds >= 0 && seconds <= longest) || `expected seconds from 0 to ${longest}, got ${seconds}`,
  },
  work: async ({ sleepingTime, wakeupSentence }, { signal, binding }) => {
    await setTimeout(sleepingTime * 1000, undefined, { signal })
    const place = binding().length === 0 ? '' : ` on CPU ${binding().join(', ')}`
    return `${wakeupSentence} It is ${new Date().toISOString()}, after ${sleepingTime} s of sleep${place}.`
  },
})
