/** Names, errors and logs are data: on a terminal they must not move the cursor, change colours or ring the bell. */

import { stripVTControlCharacters } from 'node:util'

/** C0 and C1, and what turns the direction of writing or begins a line where no line should begin. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** One line without control characters. A tab is kept. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text).replace(controls, '\ufffd')
}
