/** `fileJournal`: a journal in a file of lines, one JSON object each, that is only ever appended to. */

import { createHash, randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deserialize } from 'node:v8'

import { errorToData, textOf } from '../words/error-data.ts'
import { fromExactJson, toExactJson } from '../words/exact-json.ts'
import { crashed, type Failure, RxbossError } from '../words/failure.ts'
import { toJson } from '../words/to-json.ts'
import { Appender, type Fsync } from './append.ts'
import { canonical } from './canonical.ts'
import type { Journal, JournalEntry, JournalWorker, Memory, Record as Recorded } from './journal.ts'
import { lock } from './lock.ts'
import { readJournal, readLine, type Traces } from './read-journal.ts'

/** What becomes of a journal that is there already, and how safe a new line is. */
export interface FileJournalOptions {
  /** Go on with what an earlier life has left: what is `done` or `failed` is not run again. */
  readonly resume?: boolean
  /** The same, but what failed is run again. */
  readonly resumeFailed?: boolean
  /** Only what failed is run again; everything else is left out. */
  readonly retryFailed?: boolean
  /**
   * When lines reach the disk: at most 50 ms or 256 lines later (`batch`, the default), before anything else happens
   * (`always`), or when the system likes (`never`). Each survives the death of the process.
   */
  readonly fsync?: Fsync
  /** Work that had begun and did not end: it runs again as the next attempt (default), or counts as crashed. */
  readonly interrupted?: 'again' | 'fail'
  /** Resume though the workers have other names or versions now. */
  readonly force?: boolean
  /** Hears what a person should know: a torn line, a changed worker file. Default: a warning of the process. */
  readonly note?: (text: string) => void
}

const format = 1

/**
 * A journal in a file. Give it to one boss; `key` on an instruction, or its content, is how the next life knows it again.
 *
 * @param path  beside it stands `<path>.lock` while it is written
 * @throws {RxbossError} when the boss is made: the file is there and no resume option was given; another process writes it;
 *   it is broken, or belongs to other workers
 *
 * @example
 * const boss = new Boss({ workers: [primes], journal: fileJournal('run.journal', { resume: true }) })
 */
export function fileJournal(path: string, options: FileJournalOptions = {}): Journal {
  return new FileJournal(resolve(path), options)
}

class FileJournal implements Journal {
  readonly #path: string
  readonly #options: FileJournalOptions
  /** How often each content key was entered in this life. */
  readonly #entered = new Map<string, number>()
  #traces: Traces | undefined
  /** The same file, open for reading what an earlier life has recorded. */
  #past: number | undefined
  #appender: Appender | undefined
  #unlock: (() => void) | undefined

  constructor(path: string, options: FileJournalOptions) {
    this.#path = path
    this.#options = options
  }

  open(workers: readonly JournalWorker[]): void {
    if (this.#appender !== undefined || this.#unlock !== undefined)
      throw this.#cannot('be opened', 'another boss has it', 'Make a journal for each boss')
    try {
      this.#unlock = lock(this.#path)
    } catch (error) {
      const why = (error as Error).message
      throw this.#cannot('be opened', why, 'Wait until it has ended, or write another file')
    }
    try {
      this.#begin(workers)
    } catch (error) {
      this.close()
      throw error
    }
  }

  keyOf(worker: string, attributes: unknown, base: { readonly key?: string } | undefined): string {
    if (base?.key !== undefined) return base.key
    try {
      return contentKey(worker, attributes)
    } catch (error) {
      throw new RxbossError({
        code: 'refused',
        what: `Worker "${worker}" refused the instruction`,
        why: (error as Error).message,
        remedy: 'Give it a `key` of its own, by which the journal knows it again',
      })
    }
  }

  enter(first: string): { readonly key: string; readonly memory: Memory } {
    const nth = (this.#entered.get(first) ?? 0) + 1
    this.#entered.set(first, nth)
    const key = nth === 1 ? first : `${first}#${nth}`
    return { key, memory: this.#recall(key) }
  }

  start({ key, id, attempt }: JournalEntry): void {
    this.#append({ t: 'start', key, id, attempt })
  }

  end({ key, id, attempt }: JournalEntry, report: Parameters<Journal['end']>[1]): void {
    // Given again, it is the same one, not the next of its equals.
    if (report.kind === 'cancelled') this.#forgetLast(key)
    this.#append({ t: 'end', key, id, attempt, kind: report.kind, ...contentOf(report) })
  }

  close(): void {
    try {
      this.#appender?.close()
    } finally {
      if (this.#past !== undefined) closeSync(this.#past)
      this.#past = undefined
      this.#appender = undefined
      this.#unlock?.()
      this.#unlock = undefined
    }
  }

  #forgetLast(key: string): void {
    const [first = key, number = '1'] = this.#entered.has(key) ? [key] : key.split(/#(?=\d+$)/)
    if (this.#entered.get(first) === Number(number)) this.#entered.set(first, Number(number) - 1)
  }

  #begin(workers: readonly JournalWorker[]): void {
    const { resume, resumeFailed, retryFailed, fsync = 'batch' } = this.#options
    const resumes = resume === true || resumeFailed === true || retryFailed === true
    const there = existsSync(this.#path) && statSync(this.#path).size > 0
    if (there && !resumes)
      throw this.#cannot(
        'be begun',
        'it is there already, and not empty',
        'Resume it (`resume: true`, `--resume`), or write another file',
      )
    if (!there) {
      if (resumes) this.#note(`${this.#path} is not there yet: this is a fresh start`)
      this.#appender = new Appender(this.#path, fsync, 0)
      this.#append(headerOf(workers))
      return
    }
    const traces = this.#read()
    if (traces.header === undefined) {
      this.#note(`${this.#path}: its only line was torn, and is cut off: this is a fresh start`)
      this.#appender = new Appender(this.#path, fsync, 0)
      this.#append(headerOf(workers))
      return
    }
    this.#compare(traces.header, headerOf(workers))
    if (traces.tornBytes > 0)
      this.#note(`${this.#path}: its last line was torn, and is cut off (${traces.tornBytes} bytes)`)
    this.#traces = traces
    this.#past = openSync(this.#path, 'r')
    this.#appender = new Appender(this.#path, fsync, traces.wholeBytes)
  }

  #read(): Traces {
    try {
      return readJournal(this.#path)
    } catch (error) {
      throw this.#cannot('be resumed', (error as Error).message, 'Nothing was changed')
    }
  }

  /** Whether this is the same work: other names and versions are refused, another file is worth a word. */
  #compare(before: Readonly<Record<string, unknown>>, now: Header): void {
    if (before.journal !== format)
      throw this.#cannot(
        'be resumed',
        `it is of version ${String(before.journal)}, and this is version ${format}`,
        'Use the version of rxboss that wrote it',
      )
    const old = before as unknown as Header
    const [was, is] = [describe(old), describe(now)]
    if (was !== is && this.#options.force !== true)
      throw this.#cannot(
        'be resumed',
        `it was written by the workers ${was}, and these are ${is}`,
        'Resume it with the same workers, or insist (`force: true`)',
      )
    for (const [name, hash] of Object.entries(now.workers)) {
      const earlier = Object.hasOwn(old.workers ?? {}, name) ? old.workers[name] : undefined
      if (earlier !== undefined && earlier !== hash)
        this.#note(`${this.#path}: the file of worker "${name}" has changed since`)
    }
  }

  #recall(key: string): Memory {
    const { resumeFailed, retryFailed, interrupted } = this.#options
    const ended = this.#traces?.ended.get(key)
    if (ended !== undefined && this.#past !== undefined) {
      const line = readLine(this.#past, ended)
      const again = ended.failed && (resumeFailed === true || retryFailed === true)
      return again
        ? { kind: 'failed', attempt: Number(line.attempt) }
        : { kind: 'settled', record: recordOf(line) }
    }
    if (retryFailed) return { kind: 'leftOut', reason: `only what failed is repeated (${this.#path})` }
    const attempt = this.#traces?.begun.get(key)
    if (attempt === undefined) return { kind: 'unknown' }
    if (interrupted !== 'fail') return { kind: 'begun', attempt }
    const failure = crashed('', 'the program ended while it was at work')
    return { kind: 'settled', record: { kind: 'failed', attempt, failure, waitMs: 0, workMs: 0 } }
  }

  #append(line: object): void {
    try {
      this.#appender?.append(line)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      throw this.#cannot(
        'be written',
        code === undefined ? message : `${code}: ${message}`,
        'Make room, and resume: what is not in it is run again',
      )
    }
  }

  #cannot(act: string, why: string, remedy: string): RxbossError {
    const failure: Failure = { code: 'threw', what: `The journal ${this.#path} cannot ${act}`, why, remedy }
    return new RxbossError(failure)
  }

  #note(text: string): void {
    const { note } = this.#options
    if (note === undefined) process.emitWarning(text, 'RxbossJournal')
    else note(text)
  }
}

interface Header {
  readonly journal: number
  readonly run: string
  readonly rxboss: string
  /** The hash of each worker's file. */
  readonly workers: Readonly<Record<string, string>>
  /** Versions that workers declare. */
  readonly versions: Readonly<Record<string, string>>
}

function headerOf(workers: readonly JournalWorker[]): Header {
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
const describe = ({ workers, versions }: Header): string =>
  Object.keys(workers ?? {})
    .sort()
    .map(name => (versions?.[name] === undefined ? `"${name}"` : `"${name}" (version ${versions[name]})`))
    .join(', ')

function fileHash(url: string): string {
  try {
    return `sha256:${createHash('sha256')
      .update(readFileSync(fileURLToPath(url)))
      .digest('hex')}`
  } catch {
    return 'unknown' // not a file of this machine
  }
}

const contentKey = (worker: string, attributes: unknown): string =>
  createHash('sha256')
    .update(`${worker}\n${canonical(attributes)}`)
    .digest('hex')

function contentOf(report: Parameters<Journal['end']>[1]): object {
  switch (report.kind) {
    case 'done':
      return { ...timesOf(report), result: kept(report.result) }
    case 'failed':
      return { ...timesOf(report), failure: keptFailure(report.failure) }
    case 'cancelled':
      return { reason: textOf(report.reason) }
    default:
      return report satisfies never
  }
}

/** To the microsecond: more is noise. */
const timesOf = ({ waitMs, workMs }: { readonly waitMs: number; readonly workMs: number }) => ({
  waitMs: Math.round(1000 * waitMs) / 1000,
  workMs: Math.round(1000 * workMs) / 1000,
})

/** @throws {RxbossError} `unserialisable`: this result cannot be kept, others can */
function kept(result: unknown): unknown {
  try {
    return toExactJson(result)
  } catch (error) {
    throw new RxbossError({
      code: 'unserialisable',
      what: 'The result cannot be written to the journal',
      why: (error as Error).message,
      remedy:
        'Return plain data that is not too large, or the path of a file that has it; or run it without a journal',
      error: errorToData(error),
    })
  }
}

/** What an error carries may be anything: what cannot be kept as it is, is kept as it is shown. */
function keptFailure(failure: Failure): unknown {
  try {
    return toExactJson(failure)
  } catch {
    return JSON.parse(toJson(failure))
  }
}

function recordOf(line: Readonly<Record<string, unknown>>): Recorded {
  const times = { attempt: Number(line.attempt), waitMs: Number(line.waitMs), workMs: Number(line.workMs) }
  return line.kind === 'failed'
    ? { kind: 'failed', failure: fromExactJson(line.failure) as Failure, ...times }
    : { kind: 'done', result: resultOf(line), ...times }
}

/** Until version 1.0 what JSON has no words for had a name of its own. */
const resultOf = ({ result, resultV8 }: Readonly<Record<string, unknown>>): unknown =>
  typeof resultV8 === 'string' ? deserialize(Buffer.from(resultV8, 'base64')) : fromExactJson(result)
