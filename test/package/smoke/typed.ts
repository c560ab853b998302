import * as t from 'io-ts'
import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'typed',
  attr: { n: t.number },
  work: ({ n }: { readonly n: number }): number => n * n,
})
