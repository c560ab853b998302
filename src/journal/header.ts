/** The first line of a journal: which run it is of, and by which workers. */

import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

import type { JournalWorker } from './journal.ts'

/** The version that is written. That before had keys of what was decoded, and no checksums. */
export const format = 2

export interface JournalHeader {
  readonly journal: number
  readonly run: string
  readonly rxboss: string
  /** The hash of each worker's file. */
  readonly workers: Readonly<Record<string, string>>
  /** Whoever writes it marks which reports were told. */
  readonly tells?: true
  /** Versions that workers declare. */
  readonly versions: Readonly<Record<string, string>>
}

export function headerOf(workers: readonly JournalWorker[]): JournalHeader {
  const { version } = createRequire(import.meta.url)('rxboss/package.json') as { version: string }
  const versions = workers.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version]]))
  return {
    journal: format,
    run: randomBytes(4).toString('hex'),
    rxboss: version,
    workers: Object.fromEntries(workers.map(({ name, url }) => [name, fileHash(url)])),
    versions: Object.fromEntries(versions) as Readonly<Record<string, string>>,
  }
}

/** `"primes" (version 2), "digest"`, sorted. */
export const workersInWords = ({ workers, versions }: JournalHeader): string =>
  Object.keys(workers ?? {})
    .sort()
    .map(name => (versions?.[name] === undefined ? `"${name}"` : `"${name}" (version ${versions[name]})`))
    .join(', ')

/** Workers whose files are not what they were. */
export const changedWorkers = (before: JournalHeader, now: JournalHeader): readonly string[] =>
  Object.entries(now.workers)
    .filter(([name, hash]) => Object.hasOwn(before.workers ?? {}, name) && before.workers[name] !== hash)
    .map(([name]) => name)

function fileHash(url: string): string {
  try {
    return `sha256:${createHash('sha256')
      .update(readFileSync(fileURLToPath(url)))
      .digest('hex')}`
  } catch {
    return 'unknown' // not a file of this machine
  }
}
