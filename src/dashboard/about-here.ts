/** What runs where, for the head of a page: read once. */

import { availableParallelism, cpus, hostname, totalmem } from 'node:os'
import { basename } from 'node:path'

import type { About } from '../inspect/run.ts'
import { longestAbout } from './limits.ts'

/** @param command  what was started, where somebody knows it better than this process's arguments */
export function aboutHere(command = commandLine()): About {
  return {
    command: command.length > longestAbout ? `${command.slice(0, longestAbout - 1)}…` : command,
    host: hostname(),
    pid: process.pid,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? '',
    memoryMB: Math.round(Math.min(process.constrainedMemory?.() || Infinity, totalmem()) / 1e6),
    platform: `${process.platform} ${process.arch}`,
  }
}

/** As it could be typed; a password in an address is left out. */
function commandLine(): string {
  const [, script = '', ...rest] = process.argv
  const words = [basename(script).replace(/\.[cm]?[jt]s$/, ''), ...rest]
  return words
    .map(word => word.replace(/(\w+:\/\/[^\s/:@]*):[^\s/@]+@/g, '$1:***@'))
    .map(quoted)
    .join(' ')
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
