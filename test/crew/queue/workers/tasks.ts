/** Work for consumers: what it does outside is seen in files, since it is done by another process. */

import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import * as t from 'io-ts'

import { defineWorker } from '../../../../src/entries/worker.ts'

export const square = defineWorker(import.meta, {
  name: 'square',
  version: '2',
  attr: { n: t.number },
  work: ({ n }) => n * n,
})

export const echo = defineWorker(import.meta, {
  name: 'echo',
  attr: { value: t.unknown },
  work: ({ value }) => value,
})

/** Writes a line when it begins; ends when the gate file is there. */
export const gated = defineWorker(import.meta, {
  name: 'gated',
  attr: { log: t.string, gate: t.string },
  work: async ({ log, gate }, { id, attempt, signal, report }) => {
    appendFileSync(log, `${id}.${attempt} ${process.pid}\n`)
    report('begun')
    while (!existsSync(gate)) await sleep(10, undefined, { signal })
    return process.pid
  },
})

/** Blocks its thread. */
export const busy = defineWorker(import.meta, {
  name: 'busy',
  attr: { ms: t.number, log: t.string },
  work: ({ ms, log }, { id, attempt, report }) => {
    appendFileSync(log, `${id}.${attempt}\n`)
    report('begun')
    for (const end = performance.now() + ms; performance.now() < end; );
    return 'over'
  },
})

export const noting = defineWorker(import.meta, {
  name: 'noting',
  attr: { notes: t.array(t.unknown) },
  work: ({ notes }, { report }) => {
    for (const note of notes) report(note)
    return 'noted'
  },
})

export const failing = defineWorker(import.meta, {
  name: 'failing',
  attr: { how: t.string },
  work: ({ how }, { report }): unknown => {
    if (how === 'stuck') {
      report('begun')
      spawnSync('sleep', ['30'])
    }
    if (how === 'exit') process.exit(3)
    if (how === 'function') return () => 1
    if (how === 'print') console.log('printed')
    if (how === 'class')
      throw Object.assign(new RangeError('too far', { cause: new Error('deeper') }), { code: 'E_FAR' })
    return how
  },
})

/** Says what it was granted. */
export const granted = defineWorker(import.meta, {
  name: 'granted',
  attr: {},
  work: (_, { resources, environment, traceparent }) => ({ resources, environment, traceparent }),
})
