/** Milliseconds as a clock shows them: `01:53`, `2:07:09`. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** Milliseconds in few characters: `0.4ms`, `84ms`, `1.3s`, `41s`, `3:07`. */
export function shortTime(ms: number): string {
  if (ms < 1) return `${ms.toFixed(1)}ms`
  if (ms < 999.5) return `${Math.round(ms)}ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`
  return ms < 99_500 ? `${Math.round(ms / 1000)}s` : clockTime(ms)
}
