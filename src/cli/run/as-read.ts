/** Instructions as they were read, for those who keep the ones that fail. */

import type { Settled } from '../../index.ts'
import { toJson } from '../../words/to-json.ts'
import { givenAsRead } from '../output/given-as-read.ts'

type Given = Readonly<Record<string, unknown>>
type Common = readonly (readonly [name: string, value: unknown])[]

/** What of the words of a record is to be kept. */
export interface AsReadTerms {
  /** The record is a text that is JSON. */
  readonly isJson: boolean
  /** An earlier life of the run may have written them. */
  readonly resumes: boolean
  /** For instructions that have none of their own. */
  readonly common: Common
}

/** Its bytes, where they were JSON. Of others the words are kept only where they cannot be had from the report. */
export function asRead(
  given: Given,
  record: unknown,
  { isJson, resumes, common }: AsReadTerms,
): string | undefined {
  if (isJson && typeof record === 'string') return givenAsRead(record, given, common)
  const isChanged = typeof given.name === 'string' && given.name.includes('[')
  return isChanged || resumes ? toJson({ ...given, ...missing(given, common) }) : undefined
}

/** What is for every instruction that has none of its own. */
const missing = (given: Given, common: Common): Given =>
  Object.fromEntries(common.filter(([name]) => given[name] === undefined))

/** What the record itself has said, as values. */
export const ownOf = (given: Given, record: unknown): Given =>
  Object.fromEntries(Object.keys(record as object).map(name => [name, given[name]]))

/** As JSON, where it was not read as JSON. What is done does not say what it was told. */
export const givenOf = (report: Settled): string =>
  'instruction' in report ? toJson(report.instruction) : ''
