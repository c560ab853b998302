/** Counts a log, piece by piece, on all cores. */

import { statSync } from 'node:fs'

import { delegate, pull, result } from 'rxboss'
import { lastValueFrom, reduce } from 'rxjs'

import countLog, { type LogCounts } from './count-log.ts'

const pieceBytes = 4 * 2 ** 20

/** The file in pieces; a line belongs to the piece in which it begins. */
function* pieces(path: string) {
  const { size } = statSync(path)
  for (let from = 0; from < size; from += pieceBytes)
    yield { path, from, to: Math.min(size, from + pieceBytes) }
}

function add(all: LogCounts, piece: LogCounts): LogCounts {
  const sum = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) => {
    const both: Record<string, number> = { ...a }
    for (const [key, count] of Object.entries(b)) both[key] = (both[key] ?? 0) + count
    return both
  }
  return {
    lines: all.lines + piece.lines,
    bytes: all.bytes + piece.bytes,
    status: sum(all.status, piece.status),
    paths: sum(all.paths, piece.paths),
  }
}

export const analyse = (path: string): Promise<LogCounts> =>
  lastValueFrom(
    pull(pieces(path)).pipe(
      delegate(countLog),
      result(),
      reduce(add, { lines: 0, bytes: 0, status: {}, paths: {} } as LogCounts),
    ),
  )
