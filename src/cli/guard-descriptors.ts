/**
 * Descriptors 0 and 1 are the command's: records come in by one, reports go out by the other. All other code of the
 * process (workers, what they import, the children that they start) finds nothing at 0, and people at 1.
 *
 *     fs.readFileSync(0), '/dev/stdin'      ──► /dev/null
 *     fs.writeSync(1, ...), '/dev/stdout'   ──► 2
 *     spawn(..., { stdio: 'inherit' })      ──► ['ignore', 2, 2]
 *
 * Node cannot move a descriptor away (`dup`), and opening `/dev/fd/1` again does not serve every kind: a socket cannot be
 * opened, a file would be written from its beginning. So it is the functions that are changed. Native code that writes to
 * descriptor 1 by itself is not held back.
 */

import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { devNull } from 'node:os'

// biome-ignore lint/suspicious/noExplicitAny: functions of Node's, called with whatever they were called with
type Any = any

const byDescriptor = [
  ...['read', 'readSync', 'readv', 'readvSync', 'readFile', 'readFileSync'],
  ...[
    'write',
    'writeSync',
    'writev',
    'writevSync',
    'writeFile',
    'writeFileSync',
    'appendFile',
    'appendFileSync',
  ],
  ...['ftruncate', 'ftruncateSync', 'fsync', 'fsyncSync'],
] as const
/** Those that want a path, and no descriptor. */
const byPath = ['open', 'openSync', 'createReadStream', 'createWriteStream'] as const
const synchronous = ['spawnSync', 'execSync', 'execFileSync'] as const

const inputs: ReadonlySet<unknown> = new Set(['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'])
const outputs: ReadonlySet<unknown> = new Set(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])

let nowhere: number | undefined
let guarded = false

/** From now on, in this thread. What is to go on using 0 and 1 must have its functions by then. */
export function guardDescriptors(): void {
  if (guarded) return
  guarded = true
  const { openSync, close, closeSync } = fs
  const elsewhere = (target: unknown): unknown => {
    if (target === 1 || outputs.has(target)) return 2
    if (target === 0) {
      nowhere ??= openSync(devNull, 'r')
      return nowhere
    }
    return elsewhereAsPath(target)
  }
  redirect(fs, byDescriptor, elsewhere)
  redirect(fs, byPath, elsewhereAsPath)
  redirect(fs.promises, ['open', 'readFile'], elsewhereAsPath)
  for (const name of ['writeFile', 'appendFile'] as const) {
    const original: Any = fs.promises[name]
    // A socket cannot be opened by its path.
    fs.promises[name] = async (target: Any, ...rest: Any[]) =>
      outputs.has(target) ? fs.writeFileSync(2, ...(rest as [Any])) : original(target, ...rest)
  }
  fs.close = Object.assign((fd: number, done?: Any) => {
    if (fd === 0 || fd === 1) queueMicrotask(() => done?.(null))
    else close(fd, done)
  }, close)
  fs.closeSync = fd => {
    if (fd !== 0 && fd !== 1) closeSync(fd)
  }
  guardChildren()
  syncBuiltinESMExports()
}

const elsewhereAsPath = (target: unknown): unknown =>
  inputs.has(target) ? devNull : outputs.has(target) ? '/dev/stderr' : target

function redirect(owner: Any, names: readonly string[], elsewhere: (target: unknown) => unknown): void {
  for (const name of names) {
    const original = owner[name]
    // With its own properties: some functions have a promise's form beside them.
    owner[name] = Object.assign(
      (target: unknown, ...rest: unknown[]) => original.call(owner, elsewhere(target), ...rest),
      original,
    )
  }
}

function guardChildren(): void {
  const { ChildProcess } = childProcess as Any
  const { spawn } = ChildProcess.prototype
  // What `spawn`, `fork`, `exec` and `execFile` come down to.
  ChildProcess.prototype.spawn = function (options: Any) {
    return spawn.call(
      this,
      options?.stdio === undefined ? options : { ...options, stdio: inherited(options.stdio) },
    )
  }
  for (const name of synchronous) {
    const original = (childProcess as Any)[name]
    ;(childProcess as Any)[name] = (...given: unknown[]) =>
      original(...given.map(one => (hasStdio(one) ? { ...one, stdio: inherited(one.stdio) } : one)))
  }
}

const hasStdio = (value: unknown): value is { stdio: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && (value as Any).stdio !== undefined

/** What a child may have of our descriptors. */
function inherited(stdio: unknown): unknown {
  if (stdio === 'inherit') return ['ignore', 2, 2]
  if (!Array.isArray(stdio)) return stdio
  return stdio.map((one, i) => {
    const fd =
      one === 'inherit' ? i : one === process.stdin ? 0 : one === process.stdout ? 1 : (one?.fd ?? one)
    return fd === 0 ? 'ignore' : fd === 1 ? 2 : one
  })
}
