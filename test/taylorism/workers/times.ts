/** The attributes that Sleeper, Succeeder and Failer share, and how they sleep. */

import { setTimeout } from 'node:timers/promises'

import * as t from 'io-ts'

/** Seconds; taylorism's sleeper allows so many and no other. */
const allowed = [0.001, 0.01, 0.1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]

export const sleeping = {
  sleepingTime: { type: t.number, values: allowed },
  wakeupSentence: { type: t.string, default: 'Hello !' },
}

export async function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(seconds * 1000, undefined, { signal })
}
