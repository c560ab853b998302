/**
 * One writer for a file: a lock file beside it says who. That of somebody who is gone is taken over.
 *
 * The holder touches it every two seconds. Where his process cannot be seen, his silence counts: after six seconds on the
 * same machine, after fifteen on another. A holder who was only held up notices that his lock is another's, and stops.
 */

import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'

import { asHolder, type LockHolder, livenessOf, parseHolder } from './holder.ts'
import { lockSilentMs, lockTouchedEveryMs, remoteLockSilentMs } from './limits.ts'

const silentMs = { sameMachine: lockSilentMs, another: remoteLockSilentMs } as const

export interface JournalLock {
  /** @throws {Error} when somebody else has taken it. Costs nothing if it was asked a moment ago. */
  check(): void
  release(): void
}

/** Somebody else has it. */
export class Locked extends Error {
  /** If he is not seen: after so long without a sign of him he counts as gone. */
  readonly silentInMs: number | undefined

  constructor(message: string, silentInMs?: number) {
    super(message)
    this.silentInMs = silentInMs
  }
}

/** @throws {Locked} naming who has it. @throws {Error} what the system says */
export function lock(path: string, { force = false } = {}): JournalLock {
  const file = `${path}.lock`
  const own = asHolder()
  const mine = `${file}.${own.nonce}`
  writeFileSync(mine, JSON.stringify(own), { flag: 'wx' })
  try {
    for (;;) {
      if (placed(mine, file)) return new HeldLock(file, own)
      // The clock of the file system, which may be on another machine.
      const now = statSync(mine).mtimeMs
      const { text, other } = whoHas(file, own, now)
      if (other !== undefined && !force) throw other
      if (text !== undefined) takeAway(file, text)
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

/** Who has a lock and may be gone, if so: how long to wait until that is certain, and what to look at meanwhile. */
export function unseenHolder(path: string): { readonly waitMs: number; readonly why: string } | undefined {
  const file = `${path}.lock`
  const { other } = whoHas(file, asHolder(), Date.now())
  return other?.silentInMs === undefined ? undefined : { waitMs: other.silentInMs, why: other.message }
}

/** When the lock was touched last, to see whether it is touched again. */
export function touchedAt(path: string): number | undefined {
  try {
    return statSync(`${path}.lock`).mtimeMs
  } catch {
    return undefined // it was given back
  }
}

/** A file that is whole from its first moment. @returns false where there is one already */
function placed(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOSYS' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error
  }
  // A file system without links.
  try {
    writeFileSync(to, readFileSync(from), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** What a lock file says, where there is one, and who it is that still has it. */
function whoHas(
  file: string,
  own: LockHolder,
  now: number,
): { readonly text?: string; readonly other?: Locked } {
  let text: string
  let touched: number
  try {
    text = readFileSync(file, 'utf8')
    touched = statSync(file).mtimeMs
  } catch {
    return {} // given back meanwhile
  }
  const holder = parseHolder(text)
  const standing = holder === undefined ? 'gone' : livenessOf(holder, own)
  if (holder === undefined || standing === 'gone') return { text }
  if (standing === 'alive')
    return { text, other: new Locked(`${file}: process ${holder.pid} writes this journal`) }
  const limit = holder.boot === own.boot && own.boot !== '' ? silentMs.sameMachine : silentMs.another
  const left = limit - (now - touched)
  if (left <= 0) return { text }
  const where = holder.host === own.host ? 'in another container' : `on ${holder.host}`
  const why = `${file}: process ${holder.pid} ${where} writes this journal, or died a moment ago`
  return { text, other: new Locked(why, Math.min(left, limit)) }
}

/** By renaming, so that of two who do it one finds nothing. What is not the lock that was looked at is put back. */
function takeAway(file: string, text: string): void {
  const away = `${file}.${process.pid}.${performance.now()}`
  try {
    renameSync(file, away)
  } catch {
    return // another was faster
  }
  if (readFileSync(away, 'utf8') !== text) placed(away, file)
  rmSync(away, { force: true })
}

class HeldLock implements JournalLock {
  readonly #file: string
  readonly #nonce: string
  readonly #timer: NodeJS.Timeout
  #checked = performance.now()
  #lost = false

  constructor(file: string, { nonce }: LockHolder) {
    this.#file = file
    this.#nonce = nonce
    this.#timer = setInterval(() => this.#look(), lockTouchedEveryMs).unref()
  }

  check(): void {
    if (performance.now() - this.#checked > lockTouchedEveryMs) this.#look()
    if (this.#lost) throw new Error(`another process has taken it over, since this one was silent for long`)
  }

  release(): void {
    clearInterval(this.#timer)
    if (this.#isMine()) rmSync(this.#file, { force: true })
  }

  #look(): void {
    this.#checked = performance.now()
    this.#lost ||= !this.#isMine()
    if (this.#lost) return
    try {
      // A byte as it is: the time is then that of the file system, which others compare with.
      const handle = openSync(this.#file, 'r+')
      writeSync(handle, '{', 0)
      closeSync(handle)
    } catch {
      // A full disk, or a folder that went away: what is appended next will say so.
    }
  }

  #isMine(): boolean {
    try {
      return parseHolder(readFileSync(this.#file, 'utf8'))?.nonce === this.#nonce
    } catch {
      return false
    }
  }
}
