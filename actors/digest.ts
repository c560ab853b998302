/** Hashes a file. Instruction: `{ path, algorithm? }`, sha256 unless told. Result: the digest in hex. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const Algorithm = t.keyof({ md5: null, sha1: null, sha256: null, sha384: null, sha512: null })

export default defineWorker(import.meta, {
  name: 'digest',
  info: 'Hashes a file.',
  attr: { path: t.string, algorithm: { type: Algorithm, default: 'sha256' } },
  work: async ({ path, algorithm }, { signal }) => {
    const hash = createHash(algorithm)
    await pipeline(createReadStream(path), hash, { signal })
    return hash.digest('hex')
  },
})
