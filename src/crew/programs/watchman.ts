/**
 * Whatever ends this process, however roughly, ends its programs: most see that their stdin closes; a shell beside us kills
 * those that do not, with all that they have started, and clears away their files.
 *
 *     we ── + pid · - pid ──► sh ··· our pipe closes ··· a second for those who hear it themselves ··· kill, rm
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const onWindows = process.platform === 'win32'

const duty = `while read -r what pid; do case $what in
+) watched="$watched $pid" ;;
-) left=; for one in $watched; do [ "$one" = "$pid" ] || left="$left $one"; done; watched=$left ;;
/) root=$pid ;;
esac; done
[ -z "$watched" ] || { sleep 1; for one in $watched; do kill -s KILL -- "-$one"; done; }
[ -z "$root" ] || rm -rf -- "$root"`

let root: string | undefined
let watchman: ChildProcess | undefined
const watched = new Set<number>()

/** Watches a program, the leader of its process group. */
export function watchGroup(pid: number): void {
  if (onWindows) return
  watched.add(pid)
  hire()
  tell(`+ ${pid}`)
}

/** It is gone: what it has started goes as well, and its files. */
export function unwatchGroup(pid: number): void {
  killGroup(pid)
  if (watched.delete(pid)) tell(`- ${pid}`)
  if (root === undefined) return
  rmSync(join(root, String(pid)), { recursive: true, force: true })
  if (watched.size > 0) return
  rmSync(root, { recursive: true, force: true })
  root = undefined
  tell('/ ')
}

export function killGroup(pid: number): void {
  try {
    process.kill(onWindows ? pid : -pid, 'SIGKILL')
  } catch (error) {
    // Gone already, or another user's by now.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** A folder for the files of one program, in memory where the system has a place for that; `undefined` where there is none. */
export function folderFor(pid: number): string | undefined {
  try {
    root ??= newRoot()
    const folder = join(root, String(pid))
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  } catch {
    return undefined // a full or read-only disk: values travel in their lines
  }
}

function newRoot(): string {
  const folder = mkdtempSync(join(isWritable('/dev/shm') ? '/dev/shm' : tmpdir(), 'rxboss-'))
  tell(`/ ${folder}`)
  return folder
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false // there is none on this system
  }
}

function hire(): void {
  if (watchman !== undefined) return
  const hired = spawn('/bin/sh', ['-c', duty], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  hired.on('error', () => {}) // no shell here: then nobody watches
  hired.stdin.on('error', () => {})
  hired.unref()
  ;(hired.stdin as unknown as { unref(): void }).unref()
  watchman = hired
}

function tell(line: string): void {
  watchman?.stdin?.write(`${line}\n`)
}
