/** Sleeps, then returns a text with its sentence, the time and its binding. */

import { defineWorker } from 'rxboss/worker'

import { sleep, sleeping } from './times.ts'

export default defineWorker(import.meta, {
  name: 'sleeper',
  attr: sleeping,
  work: async ({ sleepingTime, wakeupSentence }, task) => {
    await sleep(sleepingTime, task.signal)
    return `${wakeupSentence} slept ${sleepingTime} s on [${task.binding().join(',')}]`
  },
})
