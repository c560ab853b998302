/** Tests that need a program which is not on every machine: a Redis server, a browser, a pseudo-terminal. */

import { spawnSync } from 'node:child_process'

import test from 'ava'

/** `test` where `program` is installed; elsewhere a skip and a printed notice. Under CI=true it never skips. */
export function testWith(program: 'redis-server' | 'chromium' | 'script') {
  const { error } = spawnSync(program, ['--version'])
  if (error === undefined || process.env.CI === 'true') return test
  process.stderr.write(`notice: ${program} not found, its tests are skipped (apt-get install ${program})\n`)
  return test.skip
}
