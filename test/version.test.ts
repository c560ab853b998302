import { createRequire } from 'node:module'

import test from 'ava'

import { version } from '../src/words/version.ts'

test('the version in the source is that of the package', t => {
  t.is(version, createRequire(import.meta.url)('rxboss/package.json').version)
})
