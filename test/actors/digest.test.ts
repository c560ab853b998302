import { createHash } from 'node:crypto'

import test from 'ava'

import digest from '../../actors/digest.ts'
import { decode, perform } from './perform.ts'
import { scratch } from './scratch.ts'

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

test('a file is hashed with sha256 unless told', async t => {
  const path = scratch(t).file('empty', '')
  t.is(await perform(digest, { path }), emptySha256)
})

test('each algorithm gives what node:crypto gives, over several chunks', async t => {
  const content = Buffer.alloc(300_000, 'rxboss ')
  const path = scratch(t).file('content', content)
  for (const algorithm of ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const)
    t.is(await perform(digest, { path, algorithm }), createHash(algorithm).update(content).digest('hex'))
})

test('a file that is not there is an error with its code and path', async t => {
  const path = scratch(t).path('nowhere')
  await t.throwsAsync(perform(digest, { path }), { code: 'ENOENT', message: /nowhere/ })
})

test('an unknown algorithm is refused before any work', t => {
  t.throws(() => decode(digest, { path: 'x', algorithm: 'crc32' }), {
    message: /algorithm: .*"?sha256"?.*crc32/,
  })
})

test('it ends when it is aborted', async t => {
  const path = scratch(t).file('content', Buffer.alloc(300_000))
  const gone = AbortSignal.abort(new Error('enough'))
  await t.throwsAsync(perform(digest, { path }, { signal: gone }), { name: 'AbortError' })
})
