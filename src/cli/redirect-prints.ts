/** What code in the main thread prints goes to people, not among the reports: stdout holds reports and nothing else. */

export function redirectPrints(show: (text: string) => void): void {
  const write = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
    show(typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8'))
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') queueMicrotask(() => callback())
    return true
  }
  process.stdout.write = write as typeof process.stdout.write
}
