/** Tests that need a program which is not on every machine: a Redis server, a browser, a pseudo-terminal, another shell. */

import { spawnSync } from 'node:child_process'

import test from 'ava'

type Needed = 'redis-server' | 'chromium' | 'script'
const elsewhere = ['bash', 'zsh', 'fish', 'man'] as const
type Elsewhere = (typeof elsewhere)[number]

/**
 * `test` where `program` is installed; elsewhere a skip and a printed notice. Under CI=true what the suite needs is never
 * skipped; what checks only how something looks elsewhere may be.
 */
export function testWith(program: Needed | Elsewhere) {
  const { error } = spawnSync(program, ['--version'])
  const needed = !elsewhere.includes(program as Elsewhere)
  if (error === undefined || (process.env.CI === 'true' && needed)) return test
  process.stderr.write(
    `notice: ${program} not found, its tests are skipped (apt-get install ${program === 'man' ? 'man-db' : program})\n`,
  )
  return test.skip
}
