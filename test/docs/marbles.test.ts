/** The marble diagrams are what their sources draw. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import test from 'ava'

import { root } from './snippets.ts'

test('the marble diagrams are up to date (npm run pictures)', t => {
  const { stderr, status } = spawnSync(process.execPath, [join(root, 'docs/marbles/render.mjs'), '--check'], {
    encoding: 'utf8',
  })
  t.is(stderr, '')
  t.is(status, 0)
})
