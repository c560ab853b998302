/** Sleeps: the seed's Sleeper. Instruction: `{ sleepingTime, wakeupSentence? }`, in seconds. Result: what it says then. */

import { setTimeout } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'sleep',
  info: 'Sleeps for so many seconds, then says something.',
  attr: { sleepingTime: t.number, wakeupSentence: { type: t.string, default: 'Hello !' } },
  work: async ({ sleepingTime, wakeupSentence }, { signal }) => {
    await setTimeout(sleepingTime * 1000, undefined, { signal })
    return `${wakeupSentence} It is ${new Date().toISOString()}, after ${sleepingTime} s of sleep.`
  },
})
