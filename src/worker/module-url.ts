/**
 * Where a worker file lies, of what the file says of itself: `import.meta` in an ES module, `module` or `__filename` in a
 * CommonJS one. No `node:` import: pages define workers, too.
 */

/** What a file says of itself: `import.meta`; in CommonJS `module`, or `__filename`. */
export type ModuleSelf = { readonly url: string } | { readonly filename: string } | string

/** The URL to import the file from; `undefined` where nothing says it. */
export function moduleUrl(self: ModuleSelf): string | undefined {
  if (typeof self === 'string') return isUrl(self) ? self : urlOfPath(self)
  if (typeof self !== 'object' || self === null) return undefined
  if ('url' in self && typeof self.url === 'string') return self.url
  return 'filename' in self && typeof self.filename === 'string' ? urlOfPath(self.filename) : undefined
}

/** `c:\x` begins like a URL, and is a path. */
const isUrl = (text: string) => /^[a-z][a-z\d+.-]+:/i.test(text)

function urlOfPath(path: string): string | undefined {
  const windows = /^[a-z]:[\\/]/i.test(path)
  if (!windows && !path.startsWith('/')) return undefined
  // A backslash is a letter of a name everywhere but on Windows, and what a URL trims or cuts off must not reach it raw.
  const escaped = (windows ? path.replaceAll('\\', '/') : path).replace(/[%?#\\\s]/g, encodeURIComponent)
  return new URL(`file://${windows ? '/' : ''}${escaped}`).href
}
