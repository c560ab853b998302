/** How many records there are. */

import type { Input } from '../input/input.ts'

/** @returns a guess where one of the inputs guesses; `undefined` where one of them cannot know */
export function totalOfInputs(
  inputs: readonly Input[],
): { readonly records: number; readonly guessed: boolean } | undefined {
  let records = 0
  let guessed = false
  for (const input of inputs) {
    const total = input.total()
    if (total === undefined) return undefined
    records += total.records
    guessed ||= total.guessed
  }
  return { records, guessed }
}
