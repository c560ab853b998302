/** The seed's Sleeper: sleeps so many seconds, then says its sentence. */

import { setTimeout } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker } from '../../../src/worker-entry.ts'

const fiveToSixty = [10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60] as const

export const sleeping = {
  sleepingTime: {
    type: t.number,
    info: 'In seconds.',
    values: [0.001, 0.01, 0.1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...fiveToSixty],
  },
  wakeupSentence: { type: t.string, info: 'What it says afterwards.', default: 'Hello !' },
} as const

export default defineWorker(import.meta, {
  name: 'sleeper',
  info: 'Sleeps, then says its sentence.',
  attr: sleeping,
  work: async ({ sleepingTime, wakeupSentence }, task) => {
    await setTimeout(sleepingTime * 1000, undefined, { signal: task.signal })
    return `${wakeupSentence} Slept ${sleepingTime} s on [${task.binding().join(', ')}]`
  },
})
