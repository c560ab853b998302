/** Names, errors and logs are data: on a terminal they must not move the cursor, change colours or ring the bell. */

import { stripVTControlCharacters } from 'node:util'

/** One line without control characters. A tab is kept. */
export function cleanText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '\ufffd')
}
