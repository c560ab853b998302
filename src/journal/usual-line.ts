/**
 * Lines as we write them, read from their bytes: nothing is made of a line but what is wanted of it, since there are millions.
 *
 *     {"t":"start","key":"k17","id":17,"attempt":1,...
 *     {"t":"end","key":"k17","id":17,"attempt":1,"kind":"done","n":16,...
 */

export interface UsualLine {
  isEnd: boolean
  /** Where the key begins and ends. */
  from: number
  to: number
  attempt: number
  n: number
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const [start, end] = [bytesOf('{"t":"start","key":"'), bytesOf('{"t":"end","key":"')]
const [id, attempt, done] = [bytesOf('","id":'), bytesOf(',"attempt":'), bytesOf(',"kind":"done","n":')]
const [quote, backslash, comma, brace] = [0x22, 0x5c, 0x2c, 0x7d]

const found: UsualLine = { isEnd: false, from: 0, to: 0, attempt: 0, n: 0 }

/** Always the same object; nothing where the line must be read as JSON. */
export function usualLine(line: Uint8Array): UsualLine | undefined {
  const isEnd = line[6] === 0x65
  if (!isAt(line, 0, isEnd ? end : start)) return undefined
  const from = (isEnd ? end : start).length
  const to = endOfKey(line, from)
  if (to === -1 || !isAt(line, to, id)) return undefined
  number(line, to + id.length)
  if (next === -1 || !isAt(line, next, attempt)) return undefined
  found.attempt = number(line, next + attempt.length)
  if (next === -1) return undefined
  if (isEnd) {
    if (!isAt(line, next, done)) return undefined
    found.n = number(line, next + done.length)
    if (next === -1 || line[next] !== comma) return undefined
  } else if (line[next] !== comma && line[next] !== brace) return undefined
  found.isEnd = isEnd
  found.from = from
  found.to = to
  return found
}

/** Where a key ends in which every character is a byte, and stands for itself; -1 for any other. */
function endOfKey(line: Uint8Array, from: number): number {
  for (let at = from; at < line.length; at++) {
    const byte = line[at] as number
    if (byte === quote) return at === from ? -1 : at
    if (byte === backslash || byte < 0x20 || byte > 0x7e) return -1
  }
  return -1
}

function isAt(line: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (line[at + i] !== wanted[i]) return false
  return true
}

/** After the last number; -1 where there was none, or too long a one. */
let next = -1

function number(line: Uint8Array, from: number): number {
  let value = 0
  let at = from
  for (let byte = line[at] as number; byte >= 0x30 && byte <= 0x39; byte = line[++at] as number)
    value = 10 * value + (byte - 0x30)
  next = at === from || at - from > 15 ? -1 : at
  return value
}
