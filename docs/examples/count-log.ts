/** Counts the lines of a piece of a web server's log: by status and by path. */

import { closeSync, openSync, readSync } from 'node:fs'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export interface LogCounts {
  readonly lines: number
  readonly bytes: number
  readonly status: Readonly<Record<string, number>>
  readonly paths: Readonly<Record<string, number>>
}

/** Longer lines than this are cut where they are. */
const longestLine = 64 * 2 ** 10

const request = /"[A-Z]+ ([^" ]*)[^"]*" (\d{3}) (\d+|-)/

export default defineWorker(import.meta, {
  name: 'countLog',
  info: 'Counts the lines of a piece of a web server’s log.',
  attr: {
    path: t.string,
    from: { type: t.number, info: 'Byte; a line that began before belongs to the piece before.' },
    to: { type: t.number, info: 'Byte; a line that begins before is read to its end.' },
  },
  work: ({ path, from, to }): LogCounts => {
    const status: Record<string, number> = {}
    const paths: Record<string, number> = {}
    let lines = 0
    let bytes = 0
    for (const line of linesOf(path, from, to)) {
      const [, page, code, sent] = request.exec(line) ?? []
      if (page === undefined || code === undefined) continue
      lines++
      bytes += Number(sent) || 0
      status[code] = (status[code] ?? 0) + 1
      paths[page] = (paths[page] ?? 0) + 1
    }
    return { lines, bytes, status, paths }
  },
})

/** The lines that begin in the piece. */
function linesOf(path: string, from: number, to: number): readonly string[] {
  const start = Math.max(0, from - 1)
  const text = read(path, start, to + longestLine)
  const first = from === 0 ? 0 : text.indexOf('\n') + 1
  const end = text.indexOf('\n', to - 1 - start)
  return text
    .subarray(first, end === -1 ? text.length : end)
    .toString('latin1')
    .split('\n')
}

function read(path: string, from: number, to: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(to - from)
    return buffer.subarray(0, readSync(file, buffer, 0, to - from, from))
  } finally {
    closeSync(file)
  }
}
