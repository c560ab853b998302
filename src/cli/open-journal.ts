/** From options to a journal. */

import { fileJournal } from '../entries/journal.ts'
import { RxbossError } from '../index.ts'
import { RunError, UsageError } from './exit-codes.ts'
import type { RunCommandOptions } from './run-options.ts'

type Journal = ReturnType<typeof fileJournal>

/** @throws {UsageError} when a run is to be resumed without saying from which file */
export function openJournal(options: RunCommandOptions, note: (text: string) => void): Journal | undefined {
  const { journal: path, resume, resumeFailed, retryFailed, forceLock, journalRepair: repair } = options
  if (path !== undefined) {
    return fileJournal(path, {
      note,
      ...(resume && { resume }),
      ...(resumeFailed && { resumeFailed }),
      ...(retryFailed && { retryFailed }),
      ...(forceLock && { forceLock }),
      ...(repair && { repair }),
    })
  }
  const given = [
    ...[resume && '--resume', resumeFailed && '--resume-failed', retryFailed && '--retry-failed'],
    ...[forceLock && '--force-lock', repair && '--journal-repair'],
  ]
  const [flag] = given.filter(Boolean)
  if (flag) throw new UsageError(`${flag} needs a journal: --journal FILE`)
  return undefined
}

/** Making the boss opens its journal: what keeps it from being opened ends the command, in its own words. */
export function orRunError<A>(make: () => A): A {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof RxbossError)) throw error
    throw new RunError(error.message, { cause: error })
  }
}
