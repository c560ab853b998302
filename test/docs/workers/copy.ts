/** Copies a file: two keys that nobody else may use meanwhile. */

import { copyFile } from 'node:fs/promises'

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'copy',
  attr: { input: t.string, output: t.string },
  work: ({ input, output }) => copyFile(input, output),
})
