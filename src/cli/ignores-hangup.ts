/**
 * Whether a hang-up is not meant for this process. `nohup` says so by ignoring SIGHUP, but Node takes that back at its
 * start, so it is known by its traces: our parent ignores it still (`nohup sh script`), or stdin leads nowhere and nothing
 * of ours is a terminal, as `nohup rxboss ... &` leaves us.
 */

import { fstatSync, readFileSync, statSync } from 'node:fs'
import { isatty } from 'node:tty'

export function ignoresHangup(): boolean {
  return parentIgnores() || (readsNothing() && ![0, 1, 2].some(isatty))
}

/** Linux tells which signals a process ignores, as bits; SIGHUP is the first. */
function parentIgnores(): boolean {
  try {
    const [, ignored = '0'] =
      /^SigIgn:\s*([\da-f]+)$/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8')) ?? []
    return (BigInt(`0x${ignored}`) & 1n) === 1n
  } catch {
    return false // no such file here
  }
}

function readsNothing(): boolean {
  try {
    return fstatSync(0).rdev === statSync('/dev/null').rdev && fstatSync(0).isCharacterDevice()
  } catch {
    return false // a system without /dev/null
  }
}
