/**
 * io-ts codecs of the words, for where they come from outside: a file of reports, another machine, another program.
 *
 * Between our own threads nothing is decoded: there the wire checks what it must, at no cost per field.
 */

import * as t from 'io-ts'

import type { ErrorData } from './error-data.ts'
import { type Failure, type FailureCode, failureCodes } from './failure.ts'
import type { Instruction } from './instruction.ts'
import { type CancelCode, cancelCodes, type Report } from './report.ts'

const FailureCodeCodec = t.keyof(
  Object.fromEntries(failureCodes.map(code => [code, null])) as Record<FailureCode, null>,
)

const CancelCodeCodec = t.keyof(
  Object.fromEntries(cancelCodes.map(code => [code, null])) as Record<CancelCode, null>,
)

const ErrorDataCodec = t.intersection([
  t.type({ name: t.string, message: t.string }),
  t.UnknownRecord,
]) as unknown as t.Type<ErrorData, ErrorData, unknown>

/** A failure, as it stands in a report. */
export const FailureCodec: t.Type<Failure, Failure, unknown> = t.intersection([
  t.type({ code: FailureCodeCodec, what: t.string, why: t.string, remedy: t.string }),
  t.partial({ error: ErrorDataCodec }),
]) as unknown as t.Type<Failure, Failure, unknown>

const InstructionCodec = t.UnknownRecord as unknown as t.Type<Instruction, Instruction, unknown>
const Subject = { id: t.Int, name: t.string }
const Attempt = { ...Subject, worker: t.string, attempt: t.Int }
const Times = { waitMs: t.number, workMs: t.number }

/**
 * A report whose results are of a known kind.
 *
 * @example
 * const decoded = reportCodec(t.number).decode(JSON.parse(line)) // Either<Errors, Report<number>>
 */
export const reportCodec = <A>(result: t.Type<A, unknown, unknown>): t.Type<Report<A>, unknown, unknown> =>
  t.union([
    t.type({ kind: t.literal('interim'), ...Attempt, note: t.unknown }),
    t.type({ kind: t.literal('done'), ...Attempt, ...Times, result }),
    t.type({
      kind: t.literal('failed'),
      ...Attempt,
      ...Times,
      failure: FailureCodec,
      instruction: InstructionCodec,
    }),
    t.type({
      kind: t.literal('cancelled'),
      ...Subject,
      code: CancelCodeCodec,
      reason: t.unknown,
      instruction: InstructionCodec,
    }),
  ]) as unknown as t.Type<Report<A>, unknown, unknown>
