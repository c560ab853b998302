/** A settled report as the end of a line, and back. */

import { deserialize } from 'node:v8'

import { errorToData } from '../words/error-data.ts'
import { fromExactJson, toExactJson } from '../words/exact-json.ts'
import { type Failure, RxbossError } from '../words/failure.ts'
import type { Settled } from '../words/report.ts'
import { toJson } from '../words/to-json.ts'
import type { Record as Recorded } from './journal.ts'
import { longestRecord } from './limits.ts'

type Line = Readonly<Record<string, unknown>>
type Ended = Exclude<Settled, { readonly kind: 'cancelled' }>

/** @throws {RxbossError} `unserialisable`: this result cannot be kept, others can */
export function endOf(report: Ended): object {
  const { worker, name, id } = report
  const who = name === `${worker}#${id}` ? { worker } : { worker, name }
  if (report.kind === 'done') return { ...who, ...timesOf(report), result: kept(report.result) }
  const { failure, instruction } = report
  const what = { failure: keptOrShown(failure), instruction: keptOrShown(given(instruction)) }
  return { code: failure.code, ...who, ...timesOf(report), ...what }
}

export function recordOf(line: Line): Recorded {
  const times = { attempt: Number(line.attempt), waitMs: Number(line.waitMs), workMs: Number(line.workMs) }
  return line.kind === 'failed'
    ? { kind: 'failed', failure: fromExactJson(line.failure) as Failure, ...times }
    : { kind: 'done', result: resultOf(line), ...times }
}

/** The report that a line was made of. Until version 1.0 names, workers and instructions were not kept. */
export function reportOf(line: Line): Settled {
  const worker = typeof line.worker === 'string' ? line.worker : ''
  const id = Number(line.id)
  const name = typeof line.name === 'string' ? line.name : `${worker}#${id}`
  const record = recordOf(line)
  if (record.kind === 'done') return { id, name, worker, ...record }
  const instruction = (fromExactJson(line.instruction) ?? {}) as Record<string, unknown>
  return { id, name, worker, ...record, instruction }
}

/** An abort signal is of one life. */
function given(instruction: Readonly<Record<string, unknown>>): object {
  if (instruction.signal === undefined) return instruction
  const { signal: _, ...rest } = instruction
  return rest
}

function kept(result: unknown): unknown {
  try {
    const json = toExactJson(result)
    const { $v8 } = (json ?? {}) as { readonly $v8?: unknown }
    if (typeof $v8 === 'string' && $v8.length > longestRecord)
      throw new RangeError(`it has ${$v8.length} characters`)
    return json
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

/** What an error or an instruction carries may be anything: what cannot be kept as it is, is kept as it is shown. */
function keptOrShown(value: unknown): unknown {
  try {
    return toExactJson(value)
  } catch {
    return JSON.parse(toJson(value))
  }
}

/** To the microsecond: more is noise. */
const timesOf = ({ waitMs, workMs }: { readonly waitMs: number; readonly workMs: number }) => ({
  waitMs: Math.round(1000 * waitMs) / 1000,
  workMs: Math.round(1000 * workMs) / 1000,
})

/** Until version 1.0 what JSON has no words for had a name of its own. */
const resultOf = ({ result, resultV8 }: Line): unknown =>
  typeof resultV8 === 'string' ? deserialize(Buffer.from(resultV8, 'base64')) : fromExactJson(result)
