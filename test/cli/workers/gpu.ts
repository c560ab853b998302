/** Says which GPU it has. */

import * as t from 'io-ts'

import { defineWorker } from 'rxboss/worker'

export default defineWorker(import.meta, {
  name: 'gpu',
  attr: { n: t.number },
  work: (_, task) => task.resources.gpu ?? [],
})
