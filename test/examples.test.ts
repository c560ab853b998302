/** The examples run, and what is generated is up to date. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import ava from 'ava'

import { described } from '../docs/examples/describe-actors.ts'

const test = ava.serial

test('the seed’s three numeric examples', t => {
  const program = fileURLToPath(new URL('../docs/examples/numeric.js', import.meta.url))
  const { stdout, stderr, status } = spawnSync(process.execPath, [program], { encoding: 'utf8' })
  t.is(stderr, '')
  t.is(status, 0)
  t.deepEqual(stdout.trim().split('\n'), ['sum 45', 'logarithms [[0,1],[2,3]]', 'product [[19,22],[43,50]]'])
})

test('the reference in actors/README.md is what the footprints say (npm run describe)', t => {
  const readme = readFileSync(new URL('../../actors/README.md', import.meta.url), 'utf8')
  t.is(described(readme), readme)
})
