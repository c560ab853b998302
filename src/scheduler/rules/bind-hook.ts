/** Runs in a worker, before its first job: binds the thread it runs in to one CPU. */

import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

import { parseCpus } from './cpus.ts'

/** Where `task.binding()` finds what this thread is bound to. */
const binding = Symbol.for('rxboss.binding')

/** @throws {Error} when the thread is not on that CPU alone afterwards */
export function bind(cpu: unknown): void {
  const thread = basename(readlinkSync('/proc/thread-self'))
  execFileSync('taskset', ['-cp', String(cpu), thread], { stdio: 'pipe' })
  const status = readFileSync(`/proc/self/task/${thread}/status`, 'utf8')
  const allowed = parseCpus(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '')
  if (allowed.length !== 1 || allowed[0] !== cpu) {
    throw new Error(`Cannot bind thread ${thread} to CPU ${cpu}: it may run on ${allowed.join(', ')}`)
  }
  Object.defineProperty(globalThis, binding, { value: [cpu], configurable: true })
}
