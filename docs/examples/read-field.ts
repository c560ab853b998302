/** Reads a field from a file of `float64`, row by row. */

import { readFile } from 'node:fs/promises'

import * as t from 'io-ts'
import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'readField',
  attr: { path: t.string, columns: t.Int },
  work: async ({ path, columns }) => {
    const bytes = await readFile(path)
    const data = new Float64Array(new Uint8Array(bytes).buffer)
    return { shape: [data.length / columns, columns], data }
  },
})
