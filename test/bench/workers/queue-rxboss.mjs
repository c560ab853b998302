/** What consumers of the queue's bench do: next to nothing, or a long wait. */

import * as t from 'io-ts'

import { defineWorker } from '../../../dist/lib/worker.js'

export const tiny = defineWorker(import.meta, { name: 'tiny', attr: { n: t.number }, work: ({ n }) => n + 1 })

export const slow = defineWorker(import.meta, {
  name: 'slow',
  attr: { ms: t.number },
  work: async ({ ms }, { report, signal }) => {
    report(process.pid)
    await new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  },
})
