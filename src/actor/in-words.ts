/** Errors in words, for events and messages: short, on one line, whatever was thrown. */

/** What was thrown, in one line. Anything can be thrown, even what has no text. */
export function inWords(error: unknown): string {
  try {
    return oneLine(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  } catch {
    return typeof error // `String` fails for an object without a prototype, or whose `toString` throws
  }
}

/** At most 80 characters, none of them a control character. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must go
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
  return clean.length > 80 ? `${clean.slice(0, 79)}…` : clean
}

/** Two errors as one. The first is the reason; the second came while cleaning up after it. */
export function together(first: unknown, second: unknown): unknown {
  const message = `${inWords(first)}, then while cleaning up: ${inWords(second)}`
  return new AggregateError([first, second], message, { cause: first })
}
