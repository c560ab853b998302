/** Whether this process may draw on its terminal: one that was sent to the background leaves it to whoever is in front. */

import { readFileSync } from 'node:fs'

/** Where nothing is known of it, as outside Linux: yes. */
export function isInForeground(): boolean {
  try {
    // pid (name) state ppid pgrp session tty foreground-group: the name may hold anything.
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return foreground === '-1' || group === foreground
  } catch {
    return true // there is no such file here
  }
}
