/** JSON for pages: whatever a failure may carry has a form, and no value can make it throw. */

/** What a failure may hold at most, in characters: it is to be read, not to be kept. */
const longestText = 10_000

export function viewJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    // A big integer, a circle, a getter that throws: the slow way has words for all of them.
    return JSON.stringify(plain(value, new Set())) ?? 'null'
  }
}

function plain(value: unknown, above: Set<object>): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return value.length > longestText ? `${value.slice(0, longestText)}…` : value
  if (typeof value !== 'object' || value === null) return value
  if (above.has(value)) return '[circular]'
  if (above.size > 20) return '[deeper]'
  above.add(value)
  const shown = Array.isArray(value)
    ? Array.from(value, item => plain(item, above))
    : Object.fromEntries(Object.keys(value).map(key => [key, plain(read(value, key), above)]))
  above.delete(value)
  return shown
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key]
  } catch {
    return '[unreadable]' // its own getter throws, and that is all there is to say
  }
}
