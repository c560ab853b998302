/** The pictures of the terminal are what the code draws, and small. */

import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import test from 'ava'

import { root } from './snippets.ts'

const folder = join(root, 'docs/pictures')

test('the pictures of the terminal are up to date (npm run pictures)', t => {
  const { stderr, status } = spawnSync(process.execPath, [join(folder, 'render.mjs'), '--check'], {
    encoding: 'utf8',
  })
  t.is(stderr, '')
  t.is(status, 0)
})

test('the picture of the rules is what they do (npm run pictures)', t => {
  const { stderr, status } = spawnSync(process.execPath, [join(folder, 'rules.mjs'), '--check'], {
    encoding: 'utf8',
  })
  t.is(stderr, '')
  t.is(status, 0)
})

test('no moving picture is larger than 150 KB', t => {
  for (const name of readdirSync(folder).filter(name => name.endsWith('.svg')))
    t.true(statSync(join(folder, name)).size <= 150 * 1024, name)
})
