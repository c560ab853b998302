/** One writer for a file: a lock file beside it holds his process id. That of a process that is gone is taken over. */

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'

/** @returns what gives the lock back. @throws {Error} naming who has it */
export function lock(path: string): () => void {
  const file = `${path}.lock`
  for (;;) {
    try {
      const handle = openSync(file, 'wx')
      writeSync(handle, String(process.pid))
      closeSync(handle)
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = holderOf(file)
      if (holder !== undefined) throw new Error(`${file}: process ${holder} writes this journal`)
      rmSync(file, { force: true })
    }
  }
}

/** The process that has the lock, if it is alive. */
function holderOf(file: string): number | undefined {
  let pid: number
  try {
    pid = Number(readFileSync(file, 'utf8'))
  } catch {
    return undefined // given back meanwhile
  }
  if (!Number.isInteger(pid) || pid <= 0) return undefined // its writer died before it had written
  try {
    process.kill(pid, 0)
    return pid
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined
  }
}
