/**
 * Who holds a lock, and whether he still lives. A process number alone says little: it comes again, and in each container
 * there is a process 1. So a holder also says since when, on which boot of which machine, and among whose processes.
 */

import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface LockHolder {
  readonly pid: number
  /** When the process began, in the system's own terms; empty where it does not say. */
  readonly started: string
  /** Of the machine's kernel. */
  readonly boot: string
  /** Which processes see each other by their numbers. */
  readonly space: string
  readonly host: string
  readonly nonce: string
}

/** This process, as the holder of one lock. */
export const asHolder = (): LockHolder => ({
  pid: process.pid,
  started: startOf(process.pid)?.started ?? '',
  boot: read('/proc/sys/kernel/random/boot_id').trim(),
  space: spaceOfProcesses(),
  host: hostname(),
  nonce: randomBytes(8).toString('hex'),
})

/** What a lock file says. Until version 1.0 it was a process number. */
export function parseHolder(text: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'number') return { ...asHolder(), pid: value, started: '', nonce: '' }
    const { pid, nonce } = value as Partial<LockHolder>
    if (Number.isInteger(pid) && typeof nonce === 'string') return value as LockHolder
  } catch {
    // Its writer died before it had written, or it is of somebody else.
  }
  return undefined
}

/**
 * `unseen`: somebody whose processes this one does not see, in a container or on another machine. Then only the signs of
 * life count that he gives.
 */
export function livenessOf(holder: LockHolder, own: LockHolder): 'alive' | 'gone' | 'unseen' {
  if (own.boot === '' ? holder.host !== own.host : holder.boot !== own.boot)
    return holder.host === own.host ? 'gone' : 'unseen' // the same machine, started anew
  if (holder.space !== own.space) return 'unseen'
  // The number of an old version, and our own: it was given to us again.
  if (holder.started === '' && holder.nonce === '' && holder.pid === process.pid) return 'gone'
  return lives(holder) ? 'alive' : 'gone'
}

function lives({ pid, started }: LockHolder): boolean {
  const now = startOf(pid)
  if (now !== undefined) return !now.over && (started === '' || now.started === started)
  if (hasProc()) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Since when a process is there, and whether it is over and only waits to be reaped. */
function startOf(pid: number): { readonly started: string; readonly over: boolean } | undefined {
  const text = read(`/proc/${pid}/stat`)
  // The name comes before, in brackets, and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = '', started = ''] = [fields[0], fields[19]]
  return text === '' ? undefined : { started, over: 'ZX'.includes(state) }
}

const hasProc = (): boolean => read('/proc/self/stat') !== ''

function spaceOfProcesses(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return '' // not on Linux
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // not on Linux, or a process that is gone
  }
}
