/** Hashes bytes. */

import { createHash } from 'node:crypto'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

const Bytes = new t.Type<Uint8Array>(
  'Uint8Array',
  (value): value is Uint8Array => value instanceof Uint8Array,
  (value, context) => (value instanceof Uint8Array ? t.success(value) : t.failure(value, context)),
  t.identity,
)

export default defineWorker(import.meta, {
  name: 'fingerprint',
  attr: { bytes: Bytes },
  work: ({ bytes }) => createHash('sha256').update(bytes).digest('hex'),
})
