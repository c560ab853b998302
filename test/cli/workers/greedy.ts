/** Reads stdin while it is imported, and prints. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

import { defineWorker } from 'rxboss/worker'

readFileSync(0)
execFileSync('cat', { stdio: 'inherit' })
console.log('imported')

export default defineWorker(import.meta, { name: 'greedy', work: () => 1 })
