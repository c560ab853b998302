/** From the bytes of a block to what is printed of its records. */

import { errorToData } from '../../words/error-data.ts'
import { toJson } from '../../words/to-json.ts'
import { registry } from '../../worker/registry.ts'
import type { AnyWorker, Task } from '../../worker/worker.ts'
import { BadRecord } from '../input/bad-record.ts'
import type { Input } from '../input/input.ts'
import { ndjson, plainLines } from '../input/line-inputs.ts'
import { table } from '../input/table-input.ts'
import { valueReader } from '../input/values.ts'
import type { BlockReading, BlockResult, FailedRecord } from './block.ts'
import { lastValueOf } from './last-value.ts'
import { RecordOffsets } from './record-offsets.ts'
import { RecordPrinter } from './record-printer.ts'

type Given = Record<string, unknown>
type Failed = Omit<FailedRecord, 'offset'>

/** Whose task it is, and where the record begins. */
interface RecordContext {
  readonly tasks: readonly Task<unknown>[]
  readonly offset: () => number
}

export class BlockRecords {
  readonly #reading: BlockReading
  readonly #definitions: readonly AnyWorker[]
  readonly #locals: readonly unknown[]
  readonly #choose: ReturnType<typeof registry>['choose']
  readonly #common: readonly (readonly [string, unknown])[]
  readonly #print: RecordPrinter

  /** @param locals  what the `setup` of each has made */
  constructor(reading: BlockReading, definitions: readonly AnyWorker[], locals: readonly unknown[]) {
    this.#reading = reading
    this.#definitions = definitions
    this.#locals = locals
    this.#choose = registry(definitions).choose
    this.#common = Object.entries(reading.common)
    this.#print = new RecordPrinter(reading)
  }

  /** @param from  where the block begins, in its input */
  async work(bytes: Buffer, from: number, task: Task<unknown>): Promise<BlockResult> {
    const { input } = this.#reading
    const isTable = input === 'csv' || input === 'tsv'
    const offsets = new RecordOffsets(bytes, isTable ? { quoted: input === 'csv' } : undefined, from)
    const failed: FailedRecord[] = []
    let [done, index] = [0, -1]
    const tasks = this.#locals.map(local => taskOf(task, local))
    const context = { tasks, offset: () => offsets.of(index) }
    const reader = this.#input(bytes)
    this.#print.begin(bytes.length)
    for await (const batch of reader.batches())
      for (const record of batch) {
        index++
        const given = reader.read(record)
        if (given === undefined) continue
        const tried = given instanceof BadRecord ? refusal(given) : this.#tried(given, record, context)
        const failure = tried instanceof Promise ? await tried : tried
        if (failure === undefined) done++
        else {
          const offset = offsets.of(index)
          failed.push({ ...failure, offset })
          this.#print.failed(failure, offset)
        }
      }
    return { out: this.#print.end(), done, failed }
  }

  /** Nothing that is needed for a failure alone is made before there is one: this is most of what a block costs. */
  #tried(
    given: Given,
    record: unknown,
    { tasks, offset }: RecordContext,
  ): undefined | Failed | Promise<undefined | Failed> {
    for (const [name, value] of this.#common) if (given[name] === undefined) given[name] = value
    const chosen = this.#choose(given, nothing)
    if (!('definition' in chosen)) return { refused: true, why: chosen.why, text: textOf(record, given) }
    const { work } = this.#definitions[chosen.definition] as AnyWorker
    try {
      const answer = work(chosen.attributes as never, tasks[chosen.definition] as never)
      const later = typeof answer === 'object' && answer !== null ? lastValueOf(answer) : undefined
      if (later === undefined) return this.#print.done(answer, given, offset)
      return this.#later(later, { given, record, offset })
    } catch (error) {
      return thrown(error, record, given)
    }
  }

  async #later(
    later: Promise<unknown>,
    { given, record, offset }: { given: Given; record: unknown; offset: () => number },
  ): Promise<undefined | Failed> {
    try {
      return this.#print.done(await later, given, offset)
    } catch (error) {
      return thrown(error, record, given)
    }
  }

  #input(bytes: Buffer): Input {
    const { input, line = '', columns, separator, mostBytes } = this.#reading
    const whole = { name: 'the block', fraction: undefined, chunks: () => once(bytes), close: () => {} }
    const read = valueReader(this.#definitions)
    if (input === 'ndjson') return ndjson(whole, mostBytes)
    if (input === 'lines') return plainLines(whole, { mostBytes, end: 'newline' }, { name: line, read })
    const quoted = input === 'csv'
    return table(whole, { separator, quoted, columns, mostBytes, say: () => {} }, read)
  }
}

const nothing = {}

const textOf = (record: unknown, given: Given): string =>
  typeof record === 'string' ? record : toJson(given)

function thrown(error: unknown, record: unknown, given: Given): Failed {
  const { name, message } = errorToData(error)
  return { refused: false, why: `${name}: ${message}`, text: textOf(record, given) }
}

const refusal = ({ why, text }: BadRecord): Failed => ({ refused: true, why, text })

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

/** What the work for a record knows: it is that of its block, but for what its own worker has set up. */
const taskOf = (task: Task<unknown>, local: unknown): Task<unknown> => ({
  ...{ id: task.id, name: task.name, attempt: task.attempt, ticket: task.ticket, local },
  ...{ traceparent: task.traceparent, resources: task.resources, environment: task.environment },
  get signal() {
    return task.signal
  },
  report: note => task.report(note),
  binding: () => task.binding(),
})
