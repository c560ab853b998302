/** Writes a web server's log that nobody's visits are in: equal every time. */

import { closeSync, openSync, writeSync } from 'node:fs'

const pages = ['/', '/about', '/search?q=rxjs', '/static/app.js', '/static/app.css', '/api/items', '/missing']

/** @returns the path */
export function writeLog(path: string, lines: number): string {
  const file = openSync(path, 'w')
  for (let from = 0; from < lines; from += 10_000) {
    const count = Math.min(10_000, lines - from)
    writeSync(file, Array.from({ length: count }, (_, i) => lineOf(from + i)).join(''))
  }
  closeSync(file)
  return path
}

function lineOf(n: number): string {
  const page = pages[(n * n + n) % pages.length]
  const status = page === '/missing' ? 404 : n % 997 === 0 ? 500 : 200
  const ip = `192.0.2.${n % 256}`
  return `${ip} - - [25/Nov/2026:07:00:00 +0000] "GET ${page} HTTP/1.1" ${status} ${n % 5000}\n`
}
