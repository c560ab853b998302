/** A value as an error message shows it: `'0'` is told from `0`, and nothing is long. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : String(value)
  return text.length > 40 ? `${text.slice(0, 40)} ...` : text
}
