/** `fileJournal`: a journal in a file of lines, one JSON object each, that is only ever appended to. */

import { hash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'

import { textOf } from '../words/error-data.ts'
import { crashed, type Failure, RxbossError } from '../words/failure.ts'
import type { InstructionId } from '../words/instruction.ts'
import { Appender, type Fsync } from './append.ts'
import { canonical } from './canonical.ts'
import { changedWorkers, format, headerOf, type JournalHeader, workersInWords } from './header.ts'
import type { Journal, JournalEntry, JournalWorker, Memory } from './journal.ts'
import { KeyTable } from './key-table.ts'
import { type JournalLock, Locked, lock, touchedAt, unseenHolder } from './lock.ts'
import { PastLines } from './past-lines.ts'
import { BrokenLine, type PastRun, readJournal } from './read-journal.ts'
import { endOf, recordOf } from './records.ts'
import { repairJournal } from './repair.ts'
import { sealed } from './seal.ts'
import { trueName } from './true-name.ts'

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
  /** Write though a lock says that another process writes. Two that do destroy what both have done. */
  readonly forceLock?: boolean
  /** Leave out lines that were damaged; what they were about is run again. The damaged file is kept beside it. */
  readonly repair?: boolean
  /** Hears what a person should know: a torn line, a changed worker file. Default: a warning of the process. */
  readonly note?: (text: string) => void
}

/** A journal in a file. Besides what every journal does, it knows which reports have reached who they were for. */
export interface FileJournal extends Journal {
  /**
   * Resolves once it is certain whether somebody else writes this file: where a lock is of a process that cannot be seen,
   * in a container or on another machine, that takes some seconds without a sign of it. Opening says who it is, if so.
   */
  ready(): Promise<void>
  /** Final reports of these instructions have reached who they were for: another life need not tell them again. */
  told(ids: readonly InstructionId[]): void
  /** Whether the report of an instruction that an earlier life has settled had reached who it was for, as far as is known. */
  wasTold(id: InstructionId): boolean
  /** Keeps the file open beyond the life of the boss, for what is told later. @returns what lets go of it */
  hold(): () => void
}

/**
 * A journal in a file. Give it to one boss; `key` on an instruction, or its content, is how the next life knows it again.
 *
 * @param path  beside it stands `<path>.lock` while it is written
 * @throws {RxbossError} when the boss is made: the file is there and no resume option was given; another process writes it;
 *   it is damaged, or belongs to other workers
 *
 * @example
 * const boss = new Boss({ workers: [primes], journal: fileJournal('run.journal', { resume: true }) })
 */
export function fileJournal(path: string, options: FileJournalOptions = {}): FileJournal {
  return new JournalInFile(trueName(path), options)
}

class JournalInFile implements FileJournal {
  readonly #path: string
  readonly #options: FileJournalOptions
  /** How often each content key was entered in this life. */
  readonly #keys = new KeyTable()
  #entered = new Uint32Array(1 << 10)
  #past: PastRun | undefined
  /** The same file, open for reading what an earlier life has recorded. */
  #lines: PastLines | undefined
  #appender: Appender | undefined
  #lock: JournalLock | undefined
  /** Numbers of ends that were not told yet, by instruction. */
  readonly #untold = new Map<InstructionId, number>()
  #nextN = 0
  #keyedBy: 'given' | 'decoded' = 'given'
  #holds = 0
  #closed = false

  constructor(path: string, options: FileJournalOptions) {
    this.#path = path
    this.#options = options
  }

  get keyedBy(): 'given' | 'decoded' {
    return this.#keyedBy
  }

  async ready(): Promise<void> {
    if (this.#options.forceLock) return
    const unseen = unseenHolder(this.#path)
    if (unseen === undefined) return
    const touched = touchedAt(this.#path)
    this.#note(`${unseen.why}: waiting ${Math.ceil(unseen.waitMs / 1000)} s for a sign of it`)
    // A little more: times of files are rounded.
    const until = performance.now() + unseen.waitMs + 200
    while (performance.now() < until && touchedAt(this.#path) === touched)
      await new Promise(resolve => setTimeout(resolve, 100))
  }

  open(workers: readonly JournalWorker[]): void {
    if (this.#appender !== undefined || this.#lock !== undefined)
      throw this.#cannot('be opened', 'another boss has it', 'Make a journal for each boss')
    this.#lock = this.#locked()
    try {
      this.#begin(workers)
    } catch (error) {
      this.#end()
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

  enter(first: string, id?: InstructionId): { readonly key: string; readonly memory: Memory } {
    const row = this.#keys.rowOf(first)
    if (row >= this.#entered.length) this.#entered = enlarged(this.#entered)
    const nth = (this.#entered[row] as number) + 1
    this.#entered[row] = nth
    const key = nth === 1 ? first : `${first}#${nth}`
    return { key, memory: this.#recall(key, id) }
  }

  start({ key, id, attempt }: JournalEntry): void {
    this.#append({ t: 'start', key, id, attempt })
  }

  end({ key, id, attempt }: JournalEntry, report: Parameters<Journal['end']>[1]): void {
    // Given again, it is the same one, not the next of its equals.
    if (report.kind === 'cancelled') {
      this.#forgetLast(key)
      this.#append({ t: 'end', key, id, attempt, kind: 'cancelled', reason: textOf(report.reason) })
      return
    }
    const n = this.#nextN
    this.#append({ t: 'end', key, id, attempt, kind: report.kind, n, ...endOf(report) })
    this.#nextN++
    if (this.#holds > 0) this.#untold.set(id, n)
  }

  told(ids: readonly InstructionId[]): void {
    const numbers = ids.flatMap(id => this.#untold.get(id) ?? []).sort((a, b) => a - b)
    for (const id of ids) this.#untold.delete(id)
    if (numbers.length === 0) return
    try {
      this.#append({ t: 'told', told: rangesOf(numbers) })
    } catch {
      // Then they are told again by another life. What else is to be written says that it cannot be.
    }
  }

  wasTold(id: InstructionId): boolean {
    return !this.#untold.has(id)
  }

  hold(): () => void {
    this.#holds++
    return () => {
      if (--this.#holds === 0 && this.#closed) this.#end()
    }
  }

  close(): void {
    this.#closed = true
    if (this.#holds === 0) this.#end()
  }

  #end(): void {
    try {
      this.#appender?.close()
    } finally {
      this.#lines?.close()
      this.#lines = undefined
      this.#appender = undefined
      this.#lock?.release()
      this.#lock = undefined
    }
  }

  #locked(): JournalLock {
    const { forceLock = false } = this.#options
    try {
      if (existsSync(this.#path) && !statSync(this.#path).isFile()) throw new Error('it is not a file')
      return lock(this.#path, { force: forceLock })
    } catch (error) {
      if (!(error instanceof Locked))
        throw this.#cannot(
          'be opened',
          (error as Error).message,
          'Give the path of a file, in a folder that is there and can be written',
        )
      const { silentInMs } = error
      const when = silentInMs === undefined ? '' : `, at most ${Math.ceil(silentInMs / 1000)} s if it is gone`
      throw this.#cannot(
        'be opened',
        error.message,
        `Wait until it has ended${when}, or write another file; if you know that nobody writes it, insist (\`forceLock: true\`, \`--force-lock\`)`,
      )
    }
  }

  #forgetLast(key: string): void {
    const [first = key, number = '1'] = this.#keys.find(key) !== -1 ? [key] : key.split(/#(?=\d+$)/)
    const row = this.#keys.find(first)
    if (this.#entered[row] === Number(number)) this.#entered[row] = Number(number) - 1
  }

  #begin(workers: readonly JournalWorker[]): void {
    const { resume, resumeFailed, retryFailed, fsync = 'batch', repair } = this.#options
    const resumes = resume === true || resumeFailed === true || retryFailed === true
    const there = existsSync(this.#path) && statSync(this.#path).size > 0
    if (there && !resumes)
      throw this.#cannot(
        'be begun',
        'it is there already, and not empty',
        'Resume it (`resume: true`, `--resume`), or write another file',
      )
    const header = headerOf(workers)
    if (!there) {
      if (resumes) this.#note(`${this.#path} is not there yet: this is a fresh start`)
      return this.#beginFresh(header, fsync)
    }
    if (repair) this.#repair(header)
    const past = this.#read()
    if (past.header === undefined) {
      this.#note(`${this.#path}: its only line was torn, and is cut off: this is a fresh start`)
      return this.#beginFresh(header, fsync)
    }
    this.#compare(past.header, header)
    if (past.tornBytes > 0)
      this.#note(`${this.#path}: its last line was torn, and is cut off (${past.tornBytes} bytes)`)
    this.#past = past
    this.#nextN = past.traces.nextN
    if (past.header.journal === 1) this.#keyedBy = 'decoded'
    this.#lines = new PastLines(this.#path)
    this.#appender = new Appender(this.#path, fsync, past.wholeBytes)
    this.#willTell()
  }

  #beginFresh(header: JournalHeader, fsync: Fsync): void {
    try {
      this.#appender = new Appender(this.#path, fsync, 0)
    } catch (error) {
      throw this.#cannot(
        'be opened',
        (error as Error).message,
        'Give the path of a file, in a folder that is there and can be written',
      )
    }
    this.#append(this.#holds > 0 ? { ...header, tells: true } : header)
  }

  /** From here on what is not marked as told is not known to be told. */
  #willTell(): void {
    if (this.#holds > 0 && this.#past?.traces.marksTold !== true) this.#append({ t: 'told', told: [] })
  }

  #repair(header: JournalHeader): void {
    const repaired = repairJournal(this.#path, header)
    if (repaired === undefined) return
    const { lines, damaged } = repaired
    const shown = lines.length > 20 ? `${lines.slice(0, 20).join(', ')} ...` : lines.join(', ')
    const which = lines.length === 1 ? `line ${shown} was` : `${lines.length} lines were`
    this.#note(
      `${this.#path}: ${which} damaged and left out${lines.length === 1 ? '' : ` (${shown})`}: what they say of is run again; the damaged file is ${damaged}`,
    )
  }

  #read(): PastRun {
    try {
      return readJournal(this.#path)
    } catch (error) {
      throw this.#cannot(
        'be resumed',
        (error as Error).message,
        error instanceof BrokenLine
          ? 'Restore the file, or go on with what is whole in it (`repair: true`, `--journal-repair`)'
          : 'Nothing was changed',
      )
    }
  }

  /** Whether this is the same work: other names and versions are refused, another file is worth a word. */
  #compare(before: Readonly<Record<string, unknown>>, now: JournalHeader): void {
    if (before.journal !== format && before.journal !== 1)
      throw this.#cannot(
        'be resumed',
        `it is of version ${String(before.journal)}, and this is version ${format}`,
        'Use the version of rxboss that wrote it',
      )
    const old = before as unknown as JournalHeader
    const [was, is] = [workersInWords(old), workersInWords(now)]
    if (was !== is && this.#options.force !== true)
      throw this.#cannot(
        'be resumed',
        `it was written by the workers ${was}, and these are ${is}`,
        'Resume it with the same workers, or insist (`force: true`)',
      )
    for (const name of changedWorkers(old, now))
      this.#note(`${this.#path}: the file of worker "${name}" has changed since`)
  }

  #recall(key: string, id: InstructionId | undefined): Memory {
    const { resumeFailed, retryFailed, interrupted } = this.#options
    const traces = this.#past?.traces
    const trace = traces?.find(key)
    const wantsFailed = resumeFailed === true || retryFailed === true
    if (traces !== undefined && trace !== undefined && trace.ended > 0 && trace.begun === 0) {
      if (trace.failed && wantsFailed) return { kind: 'failed', attempt: trace.ended }
      const line = this.#lines?.at(trace.offset, trace.length)
      // Its number leads to the line of another key once in very many times.
      if (line?.key === key) {
        if (id !== undefined && traces.marksTold && !traces.wasTold(trace.n)) this.#untold.set(id, trace.n)
        return { kind: 'settled', record: recordOf(line) }
      }
    }
    const begun = trace?.begun ?? 0
    if (retryFailed && !(begun > 0 && trace?.failed))
      return { kind: 'leftOut', reason: `only what failed is repeated (${this.#path})` }
    if (begun === 0) return { kind: 'unknown' }
    if (interrupted !== 'fail') return { kind: 'begun', attempt: begun }
    const failure = crashed('', 'the program ended while it was at work')
    return { kind: 'settled', record: { kind: 'failed', attempt: begun, failure, waitMs: 0, workMs: 0 } }
  }

  #append(line: object): void {
    try {
      this.#lock?.check()
      this.#appender?.append(sealed(line))
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      throw this.#cannot(
        'be written',
        code === undefined ? message : `${code}: ${message}`,
        code === undefined
          ? 'Let one process write it at a time'
          : 'Make room, and resume: what is not in it is run again',
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

const contentKey = (worker: string, attributes: unknown): string =>
  hash('sha256', `${worker}\n${canonical(attributes)}`)

function enlarged(column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * column.length)
  larger.set(column)
  return larger
}

/** `[1, 2, 3, 7]` as `[[1, 3], [7, 7]]`. */
function rangesOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = []
  for (const n of numbers) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === n - 1) last[1] = n
    else ranges.push([n, n])
  }
  return ranges
}
